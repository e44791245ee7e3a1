import { ReplicationHealingPaths } from './healing.paths';
import { ReplicationActivationKeyPaths } from './activation-key.paths';
import { ReplicationPathsFilterPaths } from './paths-filter.paths';
import { ReplicationPrimaryPaths } from './primary.paths';
import { ReplicationQuarantinePaths } from './quarantine.paths';
import { ReplicationStatusPaths } from './replication-status.paths';
import { ReplicationRolePaths } from './role-changes.paths';
import { ReplicationSecondaryPaths } from './secondary.paths';
import { ReplicationStreamKeyPaths } from './stream-key.paths';

export const REPLICATION_PARTS = [
  ReplicationStatusPaths,
  ReplicationPrimaryPaths,
  ReplicationSecondaryPaths,
  ReplicationActivationKeyPaths,
  ReplicationStreamKeyPaths,
  ReplicationRolePaths,
  ReplicationQuarantinePaths,
  ReplicationHealingPaths,
  ReplicationPathsFilterPaths,
] as const;
