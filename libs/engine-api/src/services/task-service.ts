/** A task of this node while the part that it belongs to is alive. */
export interface TaskStatus {
  /** Names from the root of the tree of parts to the task's own: `node/opened/unsealed/active/leases/sweep`. */
  readonly path: string;
  readonly running: boolean;
  /** Since its part has started; those that failed are among the runs. */
  readonly runs: number;
  readonly failures: number;
  /** When the last run began, ms since the Unix epoch. */
  readonly lastRun: number | undefined;
  readonly lastDurationMs: number | undefined;
  /** Why the last run failed; `undefined` when it did not. */
  readonly lastError: string | undefined;
  /** Milliseconds until the next run; `undefined` while it waits to be woken. */
  readonly nextInMs: number | undefined;
}

/** What runs by itself on this node. */
export abstract class TaskService {
  abstract tasks(): readonly TaskStatus[];
}
