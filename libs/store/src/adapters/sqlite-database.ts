import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, TidelockError } from '@tidelock/kernel';
import type { Database, Statement as Prepared } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { entitiesOf } from '../tables/entities';
import { MIGRATIONS } from '../migrations';
import type { Statement } from './dialect';
import type { Durability, Row, SqlDatabase } from './sql-database';
import { readErrorOf, storageErrorOf } from './storage-error';
import { sqliteDialect } from './sqlite-dialect';
import { dropFiles, putInPlace, finishReplacement, successorOf } from './sqlite-replacement';

const IN_MEMORY = ':memory:';

/**
 * SQLite in this process: write-ahead log, `synchronous=FULL`, so that a commit survives a power cut; `NORMAL` for those that need not.
 *
 * Statements are prepared once on the driver's connection: TypeORM's query runner is asynchronous, and on the one connection
 * that SQLite gives us a read between two of its steps would see what is not committed. Here a transaction is one
 * synchronous call.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly dialect = sqliteDialect;
  private readonly prepared = new Map<string, Prepared>();
  private replacing: Promise<void> | undefined;

  private dataSource: DataSource | undefined;
  /** The connection that does not wait for the disk, while there is one. */
  private hasty: Database | undefined;

  private constructor(private readonly path: string) {}

  /** @throws {TidelockError} FENCED when another node has the file open. */
  static async open(path: string): Promise<SqliteDatabase> {
    if (path !== IN_MEMORY) finishReplacement(path);
    const database = new SqliteDatabase(path);
    await database.lock();
    return database;
  }

  get storageType(): string {
    return this.path === IN_MEMORY ? 'inmem' : 'sqlite';
  }

  async all({ sql, parameters }: Statement): Promise<Row[]> {
    if (this.replacing !== undefined) await this.replacing;
    try {
      return this.prepare(sql).all(...parameters) as Row[];
    } catch (error) {
      throw readErrorOf(error);
    }
  }

  /** The lock is the file's, as long as it is open. */
  async lock(): Promise<void> {
    this.dataSource ??= await connect(this.path);
  }

  async write({ sql, parameters }: Statement): Promise<Row[]> {
    try {
      this.setDurability('power-cut');
      return this.prepare(sql).all(...parameters) as Row[];
    } catch (error) {
      throw storageErrorOf(error);
    }
  }

  async commit(fence: Statement, statements: readonly Statement[], survives: Durability = 'power-cut'): Promise<void> {
    const { connection } = this;
    let committing = false;
    try {
      this.setDurability(survives);
      connection.exec('BEGIN IMMEDIATE');
      if (this.prepare(fence.sql).run(...fence.parameters).changes !== 1) throw new TidelockError('FENCED');
      for (const { sql, parameters } of statements) this.prepare(sql).run(...parameters);
      committing = true;
      connection.exec('COMMIT');
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      // Without room for its end in the log a transaction is not there; after any other failure nobody knows.
      else if (committing && (error as { code?: string }).code !== 'SQLITE_FULL')
        throw new TidelockError('COMMIT_UNKNOWN', { cause: error });
      throw storageErrorOf(error);
    }
  }

  /** Of what is committed from now on (SQLite, "PRAGMA synchronous"). Known only once it has been set. */
  private setDurability(survives: Durability): void {
    const { connection } = this;
    const isHasty = survives === 'process-end';
    if (isHasty === (this.hasty === connection)) return;
    connection.exec(`PRAGMA synchronous = ${isHasty ? 'NORMAL' : 'FULL'}`);
    this.hasty = isHasty ? connection : undefined;
  }

  /** Nobody takes a file's lock away. */
  async check(): Promise<void> {}

  onLost(): void {}

  async startOver(
    fence: Statement,
    keptAt: Date | undefined,
    [position, ...others]: readonly Statement[],
  ): Promise<string | undefined> {
    const { path } = this;
    await this.commit(fence, []);
    if (path !== IN_MEMORY) dropFiles(successorOf(path));
    const next = await SqliteDatabase.open(path === IN_MEMORY ? path : successorOf(path));
    if (position !== undefined) await next.commit(position, others);
    if (path === IN_MEMORY) {
      await this.close();
      this.dataSource = next.dataSource;
      return undefined;
    }
    await next.close();
    return this.giveWay(keptAt);
  }

  async close(): Promise<void> {
    const { dataSource } = this;
    this.dataSource = undefined;
    this.prepared.clear();
    await dataSource?.destroy();
  }

  /** Reads wait meanwhile. */
  private async giveWay(keptAt: Date | undefined): Promise<string | undefined> {
    let reopened: () => void = () => undefined;
    this.replacing = new Promise((resolve) => (reopened = resolve));
    try {
      // The former file is to be whole without its log, or nothing changes.
      this.connection.pragma('wal_checkpoint(TRUNCATE)');
      await this.close();
      try {
        return putInPlace(this.path, keptAt);
      } finally {
        this.dataSource = await connect(this.path);
      }
    } finally {
      this.replacing = undefined;
      reopened();
    }
  }

  private get connection(): Database {
    if (this.dataSource === undefined) throw new TidelockError('STORAGE_UNAVAILABLE');
    return (this.dataSource.driver as unknown as { databaseConnection: Database }).databaseConnection;
  }

  private prepare(sql: string): Prepared {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      // Statements over many rows come in many lengths: they are not worth keeping for ever.
      if (this.prepared.size > 500) this.prepared.clear();
      statement = this.connection.prepare(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }
}

async function connect(path: string): Promise<DataSource> {
  if (path !== IN_MEMORY) makePrivate(path);
  const dataSource = new DataSource({
    type: 'better-sqlite3',
    database: path,
    entities: entitiesOf('sqlite'),
    migrations: MIGRATIONS,
    migrationsRun: true,
    prepareDatabase: (database: Database) => {
      // Two nodes on one file would assign the same indexes: the second is refused ("database is locked").
      database.pragma('busy_timeout = 250');
      database.pragma('locking_mode = EXCLUSIVE');
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('cache_size = -65536');
      // A write dirties some eight pages: the default of 1,000 would checkpoint, with two more fsyncs, every hundred writes.
      database.pragma('wal_autocheckpoint = 16000');
      database.pragma('temp_store = MEMORY');
    },
  });
  try {
    await dataSource.initialize();
    if (path !== IN_MEMORY) await claim(dataSource);
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new TidelockError('FENCED', {
      text: `another node has the SQLite file ${path} open; stop it, or configure another path`,
      cause: error,
    });
  }
  return dataSource;
}

/**
 * For nobody else, whatever the mode of the folder: keys are in the clear. SQLite gives the write-ahead log the mode of the file, which is
 * therefore there before SQLite opens it. A file that is there is not opened here: closing it would drop SQLite's locks in this process.
 */
function makePrivate(path: string): void {
  makeFolder(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

/** The exclusive lock is taken with the first write, not with the pragma. */
async function claim(dataSource: DataSource): Promise<void> {
  await dataSource.query('BEGIN IMMEDIATE');
  await dataSource.query('COMMIT');
}
