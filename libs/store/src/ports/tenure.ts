import type { TidelockError } from '@tidelock/kernel';

/** This node's right to write, without which it serves nothing: what it knows may be old. */
export interface StoreTenure {
  /** Why it has none at the moment, for a client (503); `undefined` while it has it. */
  refusal(): TidelockError | undefined;
  /** Finds out whether it is lost, where nothing is written that would tell. To be called every second: PostgreSQL ends a session that is idle for 15 s. */
  check(): Promise<void>;
  /** Resolves when it has it, and everything was read anew. */
  held(): Promise<void>;
  /** Called at once when it is lost, synchronously. @returns the way to stop. */
  onLost(listener: () => void): () => void;
}
