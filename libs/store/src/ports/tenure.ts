import type { TidelockError } from '@tidelock/kernel';

/** This node's right to write, without which it serves nothing: what it knows may be old. */
export interface StoreTenure {
  /** Why it has none at the moment, for a client (503); `undefined` while it has it. */
  refusal(): TidelockError | undefined;
  /** Finds out whether it is lost, where nothing is written that would tell. To be called every second: PostgreSQL ends a session that is idle for 15 s. */
  check(): Promise<void>;
  /**
   * One attempt to have it again where it is lost, and to read everything anew then. To be made at once when it is lost, and again until it
   * succeeds: the store has no time of its own. Whoever asks meanwhile waits for the same attempt.
   * @throws {TidelockError} FENCED while another node has it, STORAGE_UNAVAILABLE when the database is away, or could not be read.
   */
  acquire(): Promise<void>;
  /** Resolves when it has it, and everything was read anew. */
  held(): Promise<void>;
  /** Called at once when it is lost, synchronously. @returns the way to stop. */
  onLost(listener: () => void): () => void;
}
