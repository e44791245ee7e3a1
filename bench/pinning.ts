import { spawnSync } from 'node:child_process';

/** A command prefix that keeps a process on one core, where the machine can. */
export function pinned(core: number): readonly string[] {
  return spawnSync('taskset', ['-c', String(core), 'true']).status === 0 ? ['taskset', '-c', String(core)] : [];
}
