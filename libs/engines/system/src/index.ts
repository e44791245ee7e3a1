import { AuditDevicesPaths } from './audit/audit-devices.paths';
import { AuditedHeadersPaths } from './audit/audited-headers.paths';
import { CorsPaths } from './cors/cors.paths';
import { LeasesPaths } from './leases/leases.paths';
import { LoggersPaths } from './loggers/loggers.paths';
import { MetricsPaths } from './metrics/metrics.paths';
import { MountsPaths } from './mounts/mounts.paths';
import { OpenApiPaths } from './mounts/open-api.paths';
import { RemountPaths } from './mounts/remount.paths';
import { UiMountsPaths } from './mounts/ui-mounts.paths';
import { AclPoliciesPaths } from './policies/acl-policies.paths';
import { CapabilitiesPaths } from './policies/capabilities.paths';
import { PasswordPoliciesPaths } from './policies/password-policies.paths';
import { ReplicationHealingPaths } from './replication/healing.paths';
import { ReplicationPathsFilterPaths } from './replication/paths-filter.paths';
import { ReplicationPrimaryPaths } from './replication/primary.paths';
import { ReplicationQuarantinePaths } from './replication/quarantine.paths';
import { ReplicationStatusPaths } from './replication/replication-status.paths';
import { ReplicationRolePaths } from './replication/role-changes.paths';
import { ReplicationSecondaryPaths } from './replication/secondary.paths';
import { GenerateRootPaths } from './seal/generate-root.paths';
import { HealthPaths } from './seal/health.paths';
import { InitPaths } from './seal/init.paths';
import { KeyringPaths } from './seal/keyring.paths';
import { RekeyPaths } from './seal/rekey.paths';
import { SealPaths } from './seal/seal.paths';
import { TasksPaths } from './tasks/tasks.paths';
import { ToolsPaths } from './tools/tools.paths';
import { LockedUsersPaths } from './users/locked-users.paths';
import { WrappingPaths } from './wrapping/wrapping.paths';

export { SystemEngine } from './engine/system-engine';

/** Every class that serves paths of `sys/`. */
export const SYSTEM_PARTS = [
  AuditDevicesPaths,
  AuditedHeadersPaths,
  CorsPaths,
  LeasesPaths,
  LoggersPaths,
  MetricsPaths,
  MountsPaths,
  RemountPaths,
  UiMountsPaths,
  OpenApiPaths,
  AclPoliciesPaths,
  PasswordPoliciesPaths,
  CapabilitiesPaths,
  ReplicationStatusPaths,
  ReplicationPrimaryPaths,
  ReplicationSecondaryPaths,
  ReplicationRolePaths,
  ReplicationQuarantinePaths,
  ReplicationHealingPaths,
  ReplicationPathsFilterPaths,
  InitPaths,
  SealPaths,
  HealthPaths,
  KeyringPaths,
  GenerateRootPaths,
  RekeyPaths,
  TasksPaths,
  ToolsPaths,
  LockedUsersPaths,
  WrappingPaths,
] as const;
