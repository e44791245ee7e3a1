import type { LeasedEngine, LeasedEngines } from '@tidelock/core/mounts';
import type { UnitOfWork } from '@tidelock/store';
import { type LeaseEntry, pathOfLease } from './lease-entry';

interface EngineOfLease {
  /** Absent where the mount is gone, and where this build has no engine for it. */
  readonly engine: LeasedEngine | undefined;
  readonly isGone: boolean;
}

/** The mount that gave a lease, wherever it is now. A lease of an earlier build names none: then the one at its path. */
export async function engineOfLease(
  engines: LeasedEngines,
  unit: UnitOfWork,
  { id, mount: accessor }: Pick<LeaseEntry, 'id' | 'mount'>,
): Promise<EngineOfLease> {
  // Within the unit: what a later commit takes from the mount makes it run again.
  await engines.caughtUp();
  if (accessor === '') return { engine: engines.engineOf(unit, pathOfLease(id)), isGone: false };
  const mounted = engines.mountWith(unit, accessor);
  return { engine: mounted?.instance && mounted, isGone: mounted === undefined };
}
