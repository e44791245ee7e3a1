import { MOUNT_PARTS } from './mounts';
import { REPLICATION_PARTS } from './replication';
import { SEAL_PARTS } from './seal';

export { SystemEngine } from './system-engine';

/** Every class that serves paths of `sys/`. */
export const SYSTEM_PARTS = [
  ...MOUNT_PARTS,
  ...REPLICATION_PARTS,
  ...SEAL_PARTS,
] as const;
