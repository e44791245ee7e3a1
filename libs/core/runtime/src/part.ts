import type { Logger } from '@tidelock/kernel';

/** Work that comes back. */
export interface Task {
  /** Unique within its part. */
  readonly name: string;
  /** Milliseconds between the end of a run and the next one; absent: it runs when it is woken, or when a run has said so. */
  readonly every?: number;
  /** Milliseconds from the start of its part to the first run; absent: 0. */
  readonly after?: number;
  /** Milliseconds until it is tried again after a failure: each time twice as long. Absent: `every`, or one second to one minute. */
  readonly retry?: { readonly first: number; readonly longest: number };
  /** After a failure nobody wakes it before it is tried again: it would fail as before. */
  readonly rests?: boolean;
  /**
   * One run. Runs of a task never overlap.
   *
   * @param signal aborted when the part ends, which waits for the run: as long as its end has patience.
   * @returns milliseconds until the next run, in place of `every`.
   * @throws to be tried again; it is logged, unless the part ends.
   */
  run(signal: AbortSignal): Promise<number | void> | number | void;
}

/** What a part can do with what is its own, from its start on. */
export interface Life {
  /** Aborted when the part ends. */
  readonly signal: AbortSignal;
  /**
   * Has a task of this part run in so many milliseconds at the latest; while it runs: once more behind that; before the part has started: once it has.
   * What failed is tried at the short intervals again. Once the part ends nothing comes of it.
   */
  wake(task: Task, inMilliseconds?: number): void;
  /** Has it run now, also where it rests. Not to be called by the run itself, which it would wait for. @returns when that run, which begins behind any other, is over, well or not. */
  rerun(task: Task): Promise<void>;
  /** Starts a part under this one. @throws what its start throws, and SEALED where this one ends: the child is not alive then. */
  begin(child: Part): Promise<Alive>;
}

/** A part that has started. */
export interface Alive {
  /**
   * What lives under it ends, its tasks, it itself. A part that fails at that keeps no other alive.
   *
   * @param patience milliseconds: what hangs behind that is named in the log and left behind. Its signal is aborted; that nothing comes of what
   *   it still does is for its room to see. Absent: it is waited for.
   */
  end(patience?: number): Promise<void>;
}

/**
 * Something that is alive for a while, under a parent that lives longer.
 *
 * @example
 * const cleaner: Part = { name: 'cleaner', tasks: [{ name: 'clean', every: 60_000, run: () => clean() }] };
 * const running = await unsealed.begin(cleaner);
 * await running.end();
 */
export interface Part {
  /** Unique under its parent. */
  readonly name: string;
  readonly tasks?: readonly Task[];
  /** Told of its failures, and of those under it. Absent: its parent's. */
  readonly logger?: Logger;
  /** Before its tasks and children. One that fails leaves nothing behind: it is not stopped. */
  start?(life: Life): Promise<void> | void;
  /** Behind its children and tasks. */
  stop?(): Promise<void> | void;
}
