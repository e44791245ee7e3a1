import type { Dialect, Statement } from './dialect';

export type Row = Record<string, unknown>;

/** One cluster's database: what the two adapters implement. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** As `seal-status` names it. */
  readonly storageType: string;
  /** Integers come back as numbers, bytes as Buffers. */
  all(statement: Statement): Promise<Row[]>;
  /** One transaction, durable when this resolves. Called by one writer at a time. */
  commit(statements: readonly Statement[]): Promise<void>;
  /**
   * Puts everything aside, or deletes it, and goes on with an empty database in which `first` is committed: as one step, so that a crash
   * at any moment leaves the one or the other. @returns where the former one lies.
   */
  startOver(discard: boolean, first: readonly Statement[]): Promise<string | undefined>;
  close(): Promise<void>;
}
