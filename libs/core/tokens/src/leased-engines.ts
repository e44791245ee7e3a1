import type { EngineLifecycle, MountView, StorageView } from '@tidelock/engine-api';
import type { UnitOfWork } from '@tidelock/store';

/** The mount that made a token or a lease, ready to be asked. */
export interface LeasedEngine {
  readonly instance: EngineLifecycle;
  readonly mount: MountView;
  /** The mount's storage within the unit of work. */
  readonly storage: StorageView;
}

/** Finds the mount for a path: what renewals and revocations need of the mounts. */
export abstract class LeasedEngines {
  /** @param path full: `database/creds/app`, `auth/userpass/login/tester`. @returns `undefined` when nothing is mounted there. */
  abstract engineOf(unit: UnitOfWork, path: string): LeasedEngine | undefined;
}
