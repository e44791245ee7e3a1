import { AUDIT_PARTS } from './audit';
import { CORS_PARTS } from './cors';
import { LEASE_PARTS } from './leases';
import { LOGGER_PARTS } from './loggers';
import { METRICS_PARTS } from './metrics';
import { MOUNT_PARTS } from './mounts';
import { POLICY_PARTS } from './policies';
import { REPLICATION_PARTS } from './replication';
import { SEAL_PARTS } from './seal';
import { TASK_PARTS } from './tasks';
import { USER_PARTS } from './users';
import { WRAPPING_PARTS } from './wrapping';

export { SystemEngine } from './system-engine';

/** Every class that serves paths of `sys/`. */
export const SYSTEM_PARTS = [
  ...AUDIT_PARTS,
  ...CORS_PARTS,
  ...LEASE_PARTS,
  ...LOGGER_PARTS,
  ...METRICS_PARTS,
  ...MOUNT_PARTS,
  ...POLICY_PARTS,
  ...REPLICATION_PARTS,
  ...SEAL_PARTS,
  ...TASK_PARTS,
  ...USER_PARTS,
  ...WRAPPING_PARTS,
] as const;
