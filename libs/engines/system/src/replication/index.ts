import { ReplicationPrimaryPaths } from './primary.paths';
import { ReplicationStatusPaths } from './replication-status.paths';
import { ReplicationSecondaryPaths } from './secondary.paths';

export const REPLICATION_PARTS = [ReplicationStatusPaths, ReplicationPrimaryPaths, ReplicationSecondaryPaths] as const;
