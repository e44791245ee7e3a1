import { SEAL_PARTS } from './seal';

export { SystemEngine } from './system-engine';

/** Every class that serves paths of `sys/`. */
export const SYSTEM_PARTS = [
  ...SEAL_PARTS,
] as const;
