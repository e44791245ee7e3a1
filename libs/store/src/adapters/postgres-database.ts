import { hash } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { Client, types } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { entitiesOf } from '../entities';
import { MIGRATIONS } from '../migrations';
import type { Statement } from './dialect';
import { postgresDialect } from './postgres-dialect';
import { asideOf, successorOf } from './schema-names';
import type { Row, SqlDatabase } from './sql-database';
import { storageErrorOf } from './storage-error';

export interface PostgresOptions {
  readonly connectionUrl: string;
  readonly schema: string;
}

const BIGINT = 20;

/**
 * PostgreSQL: one schema per cluster, reads from a pool, one session that commits. That session holds an advisory lock on
 * the schema: when it is lost, so is the right to commit, until the lock is had again.
 */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect = postgresDialect;
  readonly storageType = 'postgresql';
  private writer: QueryRunner | undefined;

  private constructor(
    private readonly options: PostgresOptions,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws {Error} when another node has this cluster's store open. */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(options, await connect(options));
    try {
      database.writer = await database.openWriter();
      await database.dropSuccessor();
      return database;
    } catch (error) {
      await database.dataSource.destroy();
      throw error;
    }
  }

  async all({ sql, parameters }: Statement): Promise<Row[]> {
    return (await this.dataSource.query(sql, [...parameters])) as Row[];
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    this.writer ??= await this.openWriter();
    const { writer } = this;
    try {
      await writer.startTransaction();
      for (const { sql, parameters } of statements) await writer.query(sql, [...parameters]);
      await writer.commitTransaction();
    } catch (error) {
      await this.dropWriter();
      throw storageErrorOf(error, (error as { code?: string }).code);
    }
  }

  async startOver(discard: boolean, first: readonly Statement[]): Promise<string | undefined> {
    const { schema } = this.options;
    await this.dropSuccessor();
    const next = await connect({ ...this.options, schema: successorOf(schema) });
    try {
      await next.transaction(async (manager) => {
        for (const { sql, parameters } of first) await manager.query(sql, [...parameters]);
      });
    } finally {
      await next.destroy();
    }
    const aside = asideOf(schema, new Date());
    await this.commit([dropping(schema, discard, aside), { sql: `ALTER SCHEMA "${successorOf(schema)}" RENAME TO "${schema}"`, parameters: [] }]);
    return discard ? undefined : `schema ${aside}`;
  }

  async close(): Promise<void> {
    await this.dropWriter();
    await this.dataSource.destroy();
  }

  /** What a crash left of a schema that was to take the place of this one. */
  private async dropSuccessor(): Promise<void> {
    await this.all({ sql: `DROP SCHEMA IF EXISTS "${successorOf(this.options.schema)}" CASCADE`, parameters: [] });
  }

  /** Two nodes on one store would assign the same indexes: the second is told so. */
  private async openWriter(): Promise<QueryRunner> {
    const writer = this.dataSource.createQueryRunner();
    const [row] = (await writer.query('SELECT pg_try_advisory_lock($1::bigint) AS locked', [lockKeyOf(this.options.schema)])) as { locked: boolean }[];
    if (row?.locked) return writer;
    await writer.release();
    throw new TidelockError('INTERNAL', `another node has the PostgreSQL schema "${this.options.schema}" open; stop it, or configure another schema`);
  }

  /** The session ends, and its lock with it. */
  private async dropWriter(): Promise<void> {
    const { writer } = this;
    this.writer = undefined;
    if (writer === undefined || writer.isReleased) return;
    if (writer.isTransactionActive) await writer.rollbackTransaction().catch(() => undefined);
    await writer.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    await writer.release().catch(() => undefined);
  }
}

const dropping = (schema: string, discard: boolean, aside: string): Statement =>
  ({ sql: discard ? `DROP SCHEMA "${schema}" CASCADE` : `ALTER SCHEMA "${schema}" RENAME TO "${aside}"`, parameters: [] });

const lockKeyOf = (schema: string): string => BigInt.asIntN(64, BigInt(`0x${hash('sha256', `tidelock:${schema}`, 'hex').slice(0, 16)}`)).toString();

async function connect({ connectionUrl, schema }: PostgresOptions): Promise<DataSource> {
  const client = new Client({ connectionString: connectionUrl });
  await client.connect();
  await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await client.end();
  const dataSource = new DataSource({
    type: 'postgres',
    url: connectionUrl,
    schema,
    entities: entitiesOf('postgres'),
    migrations: MIGRATIONS,
    migrationsRun: true,
    poolSize: 10,
    extra: {
      options: `-c search_path="${schema}"`,
      // Indexes and times stay below 2^53.
      types: { getTypeParser: (id: number, format: 'text' | 'binary') => (id === BIGINT ? Number : types.getTypeParser(id, format)) },
    },
  });
  return dataSource.initialize();
}
