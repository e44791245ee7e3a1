import { Client, types } from 'pg';
import { DataSource } from 'typeorm';
import { TidelockError } from '@tidelock/kernel';
import { entitiesOf } from '../tables/entities';
import { MIGRATIONS } from '../migrations';
import type { Statement } from './dialect';
import { postgresDialect } from './postgres-dialect';
import { NETWORK_SETTINGS, PostgresSession } from './postgres-session';
import { asideOf, successorOf } from './schema-names';
import type { Durability, Row, SqlDatabase } from './sql-database';
import { isCutOff, readErrorOf } from './storage-error';

export interface PostgresOptions {
  readonly connectionUrl: string;
  readonly schema: string;
}

const BIGINT = 20;
const POOL_SIZE = 10;
/** Indexes and times stay below 2^53. */
const TYPES = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    id === BIGINT ? Number : types.getTypeParser(id, format as 'text'),
};

/**
 * PostgreSQL: one schema per cluster, reads from a pool, one session that commits and holds a lock on the schema. When that
 * session is lost, so is the right to commit, until `lock` has made another.
 */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect = postgresDialect;
  readonly storageType = 'postgresql';
  private session: PostgresSession | undefined;
  private listener: (error: unknown) => void = () => undefined;

  private dataSource: DataSource | undefined;

  private constructor(private readonly options: PostgresOptions) {}

  /** @throws {TidelockError} FENCED when another node has this cluster's store open, STORAGE_UNAVAILABLE. */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(options);
    try {
      await database.lock();
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Connections that have died in the pool are no reason to fail: when all of them have, the next one is fresh. */
  async all(statement: Statement): Promise<Row[]> {
    for (let dead = 0; ; dead += 1) {
      try {
        return await this.read(statement);
      } catch (error) {
        if (dead === POOL_SIZE || !isCutOff(error)) throw readErrorOf(error);
      }
    }
  }

  /** Nothing is looked at before the lock is had, and the schema is made with it. */
  async lock(): Promise<void> {
    this.session ??= await PostgresSession.open({
      ...this.options,
      types: TYPES,
      onLost: (error) => {
        this.session = undefined;
        this.listener(error);
      },
    });
    if (this.dataSource !== undefined) return;
    try {
      this.dataSource = await connect(this.options);
    } catch (error) {
      throw readErrorOf(error);
    }
    await this.write(this.droppingSuccessor());
  }

  write(statement: Statement): Promise<Row[]> {
    return this.writer().query(statement);
  }

  commit(fence: Statement, statements: readonly Statement[], survives?: Durability): Promise<void> {
    return this.writer().transaction(fence, statements, survives);
  }

  async check(): Promise<void> {
    await this.session?.check();
  }

  onLost(listener: (error: unknown) => void): void {
    this.listener = listener;
  }

  async startOver(
    fence: Statement,
    keptAt: Date | undefined,
    first: readonly Statement[],
  ): Promise<string | undefined> {
    const { schema } = this.options;
    await this.commit(fence, [this.droppingSuccessor()]);
    const next = await connect({ ...this.options, schema: successorOf(schema) });
    try {
      await next.transaction(async (manager) => {
        for (const { sql, parameters } of first) await manager.query(sql, [...parameters]);
      });
    } finally {
      await next.destroy();
    }
    const aside = keptAt && asideOf(schema, keptAt);
    await this.commit(fence, [
      givingWay(schema, aside),
      { sql: `ALTER SCHEMA "${successorOf(schema)}" RENAME TO "${schema}"`, parameters: [] },
    ]);
    return aside && `schema ${aside}`;
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    const { dataSource } = this;
    this.dataSource = undefined;
    await session?.close();
    await dataSource?.destroy();
  }

  /** What a crash left of a schema that was to take the place of this one. */
  private droppingSuccessor(): Statement {
    return { sql: `DROP SCHEMA IF EXISTS "${successorOf(this.options.schema)}" CASCADE`, parameters: [] };
  }

  private async read({ sql, parameters }: Statement): Promise<Row[]> {
    if (this.dataSource === undefined) throw new TidelockError('STORAGE_UNAVAILABLE');
    return (await this.dataSource.query(sql, [...parameters])) as Row[];
  }

  private writer(): PostgresSession {
    if (this.session === undefined) throw new TidelockError('STORAGE_UNAVAILABLE');
    return this.session;
  }
}

const givingWay = (schema: string, aside: string | undefined): Statement => ({
  sql: aside === undefined ? `DROP SCHEMA "${schema}" CASCADE` : `ALTER SCHEMA "${schema}" RENAME TO "${aside}"`,
  parameters: [],
});

async function connect({ connectionUrl, schema }: PostgresOptions): Promise<DataSource> {
  const client = new Client({ ...NETWORK_SETTINGS, connectionString: connectionUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`).finally(() => client.end());
  const dataSource = new DataSource({
    type: 'postgres',
    url: connectionUrl,
    schema,
    entities: entitiesOf('postgres'),
    migrations: MIGRATIONS,
    migrationsRun: true,
    poolSize: POOL_SIZE,
    // Whoever asks next is told.
    poolErrorHandler: () => undefined,
    applicationName: `tidelock reader of ${schema}`,
    extra: { ...NETWORK_SETTINGS, options: `-c search_path="${schema}"`, types: TYPES },
  });
  return dataSource.initialize();
}
