import { hash } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { Client, types } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { entitiesOf } from '../entities';
import { MIGRATIONS } from '../migrations';
import type { Statement } from './dialect';
import { postgresDialect } from './postgres-dialect';
import type { Row, SqlDatabase } from './sql-database';

export interface PostgresOptions {
  readonly connectionUrl: string;
  readonly schema: string;
}

const BIGINT = 20;

/** PostgreSQL: one schema per cluster, reads from a pool, one connection that commits, one that holds the cluster's lock. */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect = postgresDialect;
  readonly storageType = 'postgresql';
  private writer: QueryRunner | undefined;

  private constructor(
    private readonly options: PostgresOptions,
    private readonly lock: Client,
    private dataSource: DataSource,
  ) {}

  /** @throws {Error} when another node has this cluster's store open. */
  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const lock = await lockSchema(options);
    try {
      return new PostgresDatabase(options, lock, await connect(options));
    } catch (error) {
      await lock.end();
      throw error;
    }
  }

  async all({ sql, parameters }: Statement): Promise<Row[]> {
    return (await this.dataSource.query(sql, [...parameters])) as Row[];
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    this.writer ??= this.dataSource.createQueryRunner();
    const { writer } = this;
    try {
      await writer.startTransaction();
      for (const { sql, parameters } of statements) await writer.query(sql, [...parameters]);
      await writer.commitTransaction();
    } catch (error) {
      this.writer = undefined;
      await writer.rollbackTransaction().catch(() => undefined);
      await writer.release().catch(() => undefined);
      throw error;
    }
  }

  async startOver(discard: boolean): Promise<string | undefined> {
    await this.disconnect();
    const { schema } = this.options;
    const aside = `${schema}_wiped_${new Date().toISOString().replace(/\D/g, '')}`;
    await this.lock.query(discard ? `DROP SCHEMA "${schema}" CASCADE` : `ALTER SCHEMA "${schema}" RENAME TO "${aside}"`);
    this.dataSource = await connect(this.options);
    return discard ? undefined : `schema ${aside}`;
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.lock.end();
  }

  private async disconnect(): Promise<void> {
    await this.writer?.release();
    this.writer = undefined;
    await this.dataSource.destroy();
  }
}

/** Two nodes on one store would assign the same indexes: the second is told so. */
async function lockSchema({ connectionUrl, schema }: PostgresOptions): Promise<Client> {
  const client = new Client({ connectionString: connectionUrl });
  client.on('error', () => undefined);
  await client.connect();
  const key = BigInt.asIntN(64, BigInt(`0x${hash('sha256', `tidelock:${schema}`, 'hex').slice(0, 16)}`));
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS locked', [key.toString()]);
  if (rows[0]?.locked) return client;
  await client.end();
  throw new TidelockError('INTERNAL', `another node has the PostgreSQL schema "${schema}" open; stop it, or configure another schema`);
}

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
      options: `-c search_path=${schema}`,
      // Indexes and times stay below 2^53.
      types: { getTypeParser: (id: number, format: 'text' | 'binary') => (id === BIGINT ? Number : types.getTypeParser(id, format)) },
    },
  });
  return dataSource.initialize();
}
