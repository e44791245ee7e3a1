import { ReplicationPrimaryPaths } from './primary.paths';
import { ReplicationStatusPaths } from './replication-status.paths';
import { ReplicationSecondaryPaths } from './secondary.paths';
import { ReplicationStreamKeyPaths } from './stream-key.paths';

export const REPLICATION_PARTS = [ReplicationStatusPaths, ReplicationPrimaryPaths, ReplicationSecondaryPaths, ReplicationStreamKeyPaths] as const;
