import type { Asking, EngineContext, EngineLifecycle, MountView, StorageView } from '@tidelock/engine-api';
import type { ForwardingLevel } from '@tidelock/kernel';
import { scopeOf } from '@tidelock/core/scope';
import type { UnitOfWork } from '@tidelock/store';

/** The mount that made a token or a lease, ready to be asked. */
export interface LeasedEngine {
  readonly instance: EngineLifecycle;
  readonly mount: MountView;
  /** Hands out what the engine keeps for the mount. */
  readonly open: { use<T>(work: (state: unknown) => Promise<T>): Promise<T> };
  /** What a secondary must have to write there. */
  readonly level: ForwardingLevel;
  /** The mount's storage within the unit of work. */
  readonly storage: StorageView;
}

/** A mount, ready to be asked where this build has its engine. */
export type MountedEngine = LeasedEngine | { readonly mount: MountView; readonly instance?: never };

/** Finds the mount of a token or a lease: what renewals and revocations need of the mounts. */
export interface LeasedEngines {
  /** Waits for commits that have changed mounts; `undefined` when there are none. */
  caughtUp(): Promise<void> | undefined;
  /** @param path full: `database/creds/app`, `auth/userpass/login/tester`. @returns `undefined` when nothing is mounted there. */
  engineOf(unit: UnitOfWork, path: string): LeasedEngine | undefined;
  /** The mount with this accessor, wherever it is now. @returns `undefined` when this cluster has it no more. */
  mountWith(unit: UnitOfWork, accessor: string): MountedEngine | undefined;
}

/** Asks the engine within a unit of work. */
export function askEngine<T>(
  { mount, open, storage }: LeasedEngine,
  { unit, asking: { now, connection } }: { readonly unit: UnitOfWork; readonly asking: Asking },
  ask: (context: EngineContext) => Promise<T>,
): Promise<T> {
  const asked = { mount, storage, scope: scopeOf(unit), now, ...(connection && { connection }) };
  return open.use((state) => ask({ ...asked, state }));
}
