import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidelockError } from '@tidelock/kernel';
import type { Database, Statement as Prepared } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { entitiesOf } from '../entities';
import { MIGRATIONS } from '../migrations';
import type { Statement } from './dialect';
import type { Row, SqlDatabase } from './sql-database';
import { storageErrorOf } from './storage-error';
import { sqliteDialect } from './sqlite-dialect';
import { dropFiles, putInPlace, settleReplacement, successorOf } from './sqlite-replacement';

const IN_MEMORY = ':memory:';

/**
 * SQLite in this process: write-ahead log, `synchronous=FULL`, so that a commit survives a power cut.
 *
 * Statements are prepared once on the driver's connection: TypeORM's query runner is asynchronous, and on the one connection
 * that SQLite gives us a read between two of its steps would see what is not committed. Here a transaction is one
 * synchronous call.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly dialect = sqliteDialect;
  private readonly prepared = new Map<string, Prepared>();
  private replacing: Promise<void> | undefined;

  private constructor(
    private readonly path: string,
    private dataSource: DataSource,
  ) {}

  static async open(path: string): Promise<SqliteDatabase> {
    if (path !== IN_MEMORY) settleReplacement(path);
    return new SqliteDatabase(path, await connect(path));
  }

  get storageType(): string {
    return this.path === IN_MEMORY ? 'inmem' : 'sqlite';
  }

  async all({ sql, parameters }: Statement): Promise<Row[]> {
    if (this.replacing !== undefined) await this.replacing;
    return this.prepare(sql).all(...parameters) as Row[];
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    const { connection } = this;
    connection.exec('BEGIN IMMEDIATE');
    try {
      for (const { sql, parameters } of statements) this.prepare(sql).run(...parameters);
      connection.exec('COMMIT');
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      throw storageErrorOf(error, (error as { code?: string }).code);
    }
  }

  async startOver(discard: boolean, first: readonly Statement[]): Promise<string | undefined> {
    const { path } = this;
    if (path !== IN_MEMORY) dropFiles(successorOf(path));
    const next = await SqliteDatabase.open(path === IN_MEMORY ? path : successorOf(path));
    await next.commit(first);
    if (path === IN_MEMORY) {
      await this.close();
      this.dataSource = next.dataSource;
      return undefined;
    }
    await next.close();
    return this.giveWay(discard);
  }

  async close(): Promise<void> {
    this.prepared.clear();
    await this.dataSource.destroy();
  }

  /** Reads wait meanwhile. */
  private async giveWay(discard: boolean): Promise<string | undefined> {
    let reopened: () => void = () => undefined;
    this.replacing = new Promise((resolve) => (reopened = resolve));
    try {
      // The former file is to be whole without its log, or nothing changes.
      this.connection.pragma('wal_checkpoint(TRUNCATE)');
      await this.close();
      try {
        return putInPlace(this.path, discard);
      } finally {
        this.dataSource = await connect(this.path);
      }
    } finally {
      this.replacing = undefined;
      reopened();
    }
  }

  private get connection(): Database {
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
  if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
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
    if (path !== IN_MEMORY) await claim(dataSource, path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new TidelockError('INTERNAL', { text: `another node has the SQLite file ${path} open; stop it, or configure another path`, cause: error });
  }
  return dataSource;
}

/** The exclusive lock is taken with the first write, not with the pragma. */
async function claim(dataSource: DataSource, path: string): Promise<void> {
  chmodSync(path, 0o600);
  await dataSource.query('BEGIN IMMEDIATE');
  await dataSource.query('COMMIT');
}
