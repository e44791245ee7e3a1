import type { Clock, Logger } from '@tidelock/kernel';
import type { Connection, MountView, RequestScope } from './request';
import type { LeaseGrant } from './response';
import type { StorageReader, StorageView } from './storage-view';

/** One mount while it is open: what its engine works with outside requests. */
export interface MountContext {
  /** As it is now: what was tuned, and where it was moved to, shows at once. */
  readonly mount: MountView;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the mount closes: at a seal, when it is disabled, when its storage was away. A task of the writer is given one that is aborted also when this cluster no longer writes the mount. */
  readonly signal: AbortSignal;
  /** Who may write what the mount replicates: this cluster, or the primary alone. What is local is written here in any case. */
  readonly writes: 'here' | 'on-primary';
  /** Reads what is committed, each time anew: another commit may come between two reads. */
  read<T>(work: (storage: StorageReader) => Promise<T>): Promise<T>;
  /**
   * Commits all that `work` writes, or nothing. It runs again when another commit was faster, and behind what it asks by `Outside` with its
   * scope.
   *
   * @throws {TidelockError} READ_ONLY_REPLICA for replicated keys where the primary writes them.
   */
  transact<T>(work: (storage: StorageView, scope: RequestScope) => Promise<T>): Promise<T>;
}

/** When something is asked for, and by whom. A request has all of it. */
export interface Asking {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Of whoever asks; absent where the service itself does, because a time has come. */
  readonly connection?: Connection;
}

/** The same, within a transaction. */
export interface AskingWithin extends Asking {
  readonly scope: RequestScope;
}

/** What an engine gets besides the request when it is asked about something that it gave before. */
export interface EngineContext<State = unknown> extends AskingWithin {
  readonly mount: MountView;
  readonly state: State;
  /** Within the transaction that `scope` stands for. */
  readonly storage: StorageView;
}

export interface RenewContext<State = unknown> extends EngineContext<State> {
  /** Seconds asked for; 0 = the default. */
  readonly incrementSeconds: number;
}

/** A secret that the engine gave with a lease. */
export interface LeasedSecret {
  readonly leaseId: string;
  readonly internal: LeaseGrant['internal'];
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
}

/** Work that comes back while a mount is open. */
export interface BackgroundTask<State = unknown> {
  /** Unique within the engine; `sys/internal/tasks` shows it below the mount's accessor. */
  readonly name: string;
  /** Between the end of a run and the next one. */
  readonly everySeconds: number;
  /** `writer`: where the mount's replicated state is written, so for a local mount on its own cluster. `each-cluster`: wherever it is open. */
  readonly on: 'writer' | 'each-cluster';
  /** One run; runs never overlap. What it throws is logged, and the run tried again. */
  run(at: MountContext, state: State): Promise<void>;
}
