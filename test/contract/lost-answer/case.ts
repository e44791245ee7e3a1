import type { ServerInProcess } from '../../harness/server-in-process';

/** Something that a node remembers of its store, and how a client meets it. */
export interface Remembered {
  readonly what: string;
  /** The subscribers of the store that remember it: source files without their ending. */
  readonly by?: readonly string[];
  /** Has it remembered. @returns what the others want to know. */
  readonly before?: (node: ServerInProcess) => Promise<string | void>;
  /** Matches a statement of the change: its table, or a key. */
  readonly rows: RegExp;
  readonly change: (
    node: ServerInProcess,
    known: string,
  ) => Promise<{ readonly status: number; readonly text: string }>;
  /** What is served then. */
  readonly after: (node: ServerInProcess, known: string) => Promise<void>;
}
