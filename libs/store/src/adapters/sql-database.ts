import type { Dialect, Statement } from './dialect';

/**
 * What a commit survives: a power cut, or the end of the process alone. After a power cut the newest of the latter may be missing, none of them in part
 * and none from the middle. They are on the disk with the next commit of the former, with PostgreSQL within a second besides. Behind a failover of
 * PostgreSQL they may be missing, too: no standby is waited for.
 */
export type Durability = 'power-cut' | 'process-end';

export type Row = Record<string, unknown>;

/** One cluster's database: what the two adapters implement. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** As `seal-status` names it. */
  readonly storageType: string;
  /** A read. Integers come back as numbers, bytes as Buffers. @throws {TidelockError} STORAGE_UNAVAILABLE when the database is away. */
  all(statement: Statement): Promise<Row[]>;
  /**
   * Locks the store for this node, in a session of its own where the last one was lost. What was read before may be old.
   *
   * @throws {TidelockError} FENCED while another node has the lock, STORAGE_UNAVAILABLE when the database is away.
   */
  lock(): Promise<void>;
  /** One statement by the writer, durable when this resolves; for `RETURNING`. Not while a transaction is under way. */
  write(statement: Statement): Promise<Row[]>;
  /**
   * One transaction, as durable as asked when this resolves. Called by one writer at a time. Whatever it throws but COMMIT_UNKNOWN, nothing
   * was written.
   *
   * @param fence must change exactly one row: the writer's right to write.
   * @param survives absent: a power cut.
   * @throws {TidelockError} FENCED, STORAGE_UNAVAILABLE, COMMIT_UNKNOWN, STORAGE_FULL, STORAGE_FAILED, or what the database throws.
   */
  commit(fence: Statement, statements: readonly Statement[], survives?: Durability): Promise<void>;
  /** Asks the idle session that has the lock for a sign of life, as a cut wire tells nobody. Where none comes the lock is gone. */
  check(): Promise<void>;
  /** Told that the lock is gone, although nobody gave it up. */
  onLost(listener: (error: unknown) => void): void;
  /**
   * Puts everything aside, or deletes it, and goes on with an empty database in which `first` is committed, the lock being kept: as one
   * step, so that a crash at any moment leaves the one or the other.
   *
   * @param keptAt names what is put aside; without it everything is deleted.
   * @returns where the former one lies.
   */
  startOver(fence: Statement, keptAt: Date | undefined, first: readonly Statement[]): Promise<string | undefined>;
  close(): Promise<void>;
}
