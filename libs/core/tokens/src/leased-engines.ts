import type { EngineContext, EngineLifecycle, MountView, StorageView } from '@tidelock/engine-api';
import { scopeOf } from '@tidelock/core/scope';
import type { UnitOfWork } from '@tidelock/store';

/** The mount that made a token or a lease, ready to be asked. */
export interface LeasedEngine {
  readonly instance: EngineLifecycle;
  readonly mount: MountView;
  readonly state: unknown;
  /** The mount's storage within the unit of work. */
  readonly storage: StorageView;
}

/** Finds the mount for a path: what renewals and revocations need of the mounts. */
export abstract class LeasedEngines {
  /** @param path full: `database/creds/app`, `auth/userpass/login/tester`. @returns `undefined` when nothing is mounted there. */
  abstract engineOf(unit: UnitOfWork, path: string): LeasedEngine | undefined;
}

/** What the engine is handed when it is asked within this unit of work. */
export const contextOf = ({ mount, state, storage }: LeasedEngine, unit: UnitOfWork, now: number): EngineContext => ({
  mount,
  state,
  storage,
  scope: scopeOf(unit),
  now,
});
