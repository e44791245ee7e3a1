import { hash } from 'node:crypto';
import { isTidelockError, TidelockError } from '@tidelock/kernel';
import { Client, type ClientConfig, type CustomTypesConfig } from 'pg';
import type { Statement } from './dialect';
import type { Durability, Row } from './sql-database';
import { isAway, storageErrorOf } from './storage-error';

export interface SessionOptions {
  readonly connectionUrl: string;
  readonly schema: string;
  readonly types: CustomTypesConfig;
  /** Called once, when the session ends before `close`. */
  readonly onLost: (error: unknown) => void;
}

/** How a node notices soon that PostgreSQL is gone. */
export const NETWORK_SETTINGS = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 2000,
  connectionTimeoutMillis: 5000,
} as const satisfies ClientConfig;
/** How PostgreSQL notices that the node is: a writer that stands still inside a transaction holds up whoever takes over. */
const SESSION_SETTINGS = {
  idle_in_transaction_session_timeout: '5s',
  tcp_keepalives_idle: 2,
  tcp_keepalives_interval: 1,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 5000,
};
/** No statement of ours takes that long on a database that is well. */
const STATEMENT_PATIENCE_MS = 30_000;
/**
 * A node that stands still (SIGSTOP, a paused virtual machine) asks nothing any more, and its kernel keeps the connection alive: PostgreSQL
 * ends the session after this long without a question, and the lock with it, so that another node can take over.
 */
const STANDSTILL_MS = 15_000;
const UNKNOWN_PARAMETER = '42704';
const SIGN_OF_LIFE_PATIENCE_MS = 5000;

/**
 * The session that commits. It holds an advisory lock on the schema from its first moment: without the lock there is no such
 * session, and when the session ends, for whatever reason, so does the lock.
 */
export class PostgresSession {
  private busy = 0;
  private over = false;

  private constructor(
    private readonly client: Client,
    private readonly onLost: (error: unknown) => void,
  ) {
    client.on('error', (error) => this.lose(error));
    client.on('end', () => this.lose(new Error('PostgreSQL ended the session')));
  }

  /** @throws {TidelockError} FENCED while another node has the lock, STORAGE_UNAVAILABLE when PostgreSQL is away. */
  static async open({ connectionUrl, schema, types, onLost }: SessionOptions): Promise<PostgresSession> {
    const options = Object.entries({ search_path: `"${schema}"`, ...SESSION_SETTINGS })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ');
    const client = new Client({
      ...NETWORK_SETTINGS,
      connectionString: connectionUrl,
      application_name: `tidelock writer of ${schema}`,
      query_timeout: STATEMENT_PATIENCE_MS,
      options,
      types,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await endWhenStill(client);
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS locked', [
        lockKeyOf(schema),
      ]);
      if (rows[0]?.locked !== true) {
        throw new TidelockError(
          'FENCED',
          `another node has the PostgreSQL schema "${schema}" open; stop it, or configure another schema`,
        );
      }
      return new PostgresSession(client, onLost);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw storageErrorOf(error);
    }
  }

  async query({ sql, parameters }: Statement): Promise<Row[]> {
    try {
      return (await this.send(sql, parameters)).rows as Row[];
    } catch (error) {
      throw this.judge(error);
    }
  }

  /** @see SqlDatabase.commit */
  async transaction(
    fence: Statement,
    statements: readonly Statement[],
    survives: Durability = 'power-cut',
  ): Promise<void> {
    this.busy += 1;
    try {
      await this.prepare(BEGIN[survives], fence, statements);
      await this.send('COMMIT').catch((error: unknown) => {
        throw isAway(error) ? new TidelockError('COMMIT_UNKNOWN', { cause: error }) : error;
      });
    } catch (error) {
      throw this.judge(error);
    } finally {
      this.busy -= 1;
    }
  }

  /** @see SqlDatabase.check */
  async check(): Promise<void> {
    if (this.busy > 0) return;
    this.busy += 1;
    const patience = setTimeout(
      () => this.lose(new Error('PostgreSQL gave no sign of life')),
      SIGN_OF_LIFE_PATIENCE_MS,
    ).unref();
    await this.send('SELECT 1').catch((error: unknown) => this.lose(error));
    clearTimeout(patience);
    this.busy -= 1;
  }

  async close(): Promise<void> {
    this.over = true;
    await this.client.end().catch(() => undefined);
  }

  private async prepare(begin: string, fence: Statement, statements: readonly Statement[]): Promise<void> {
    await this.send(begin);
    try {
      if ((await this.send(fence.sql, fence.parameters)).rowCount !== 1) throw new TidelockError('FENCED');
      for (const { sql, parameters } of statements) await this.send(sql, parameters);
    } catch (error) {
      // An error that is the statement's own leaves the session, and its lock, as they are.
      if (!isAway(error)) await this.send('ROLLBACK');
      throw error;
    }
  }

  private send(sql: string, parameters: readonly unknown[] = []) {
    return this.client.query(sql, [...parameters]);
  }

  /** A session of which one statement got no answer is of no use any more. */
  private judge(error: unknown): unknown {
    const known = storageErrorOf(error);
    if (isAway(error) || isTidelockError(error, 'COMMIT_UNKNOWN')) this.lose(error);
    return known;
  }

  private lose(error: unknown): void {
    if (this.over) return;
    this.over = true;
    // Not asked to end politely: it may never answer.
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    this.onLost(error);
  }
}

/** What waits for no disk is on it within a second, or with the next one that does wait. */
const BEGIN: Readonly<Record<Durability, string>> = {
  'power-cut': 'BEGIN',
  'process-end': 'BEGIN; SET LOCAL synchronous_commit = off',
};

/** PostgreSQL has this since version 14; before, a node that stands still is ended by hand. */
async function endWhenStill(client: Client): Promise<void> {
  await client.query(`SET idle_session_timeout = ${STANDSTILL_MS}`).catch((error: { code?: string }) => {
    if (error.code !== UNKNOWN_PARAMETER) throw error;
  });
}

const lockKeyOf = (schema: string): string =>
  BigInt.asIntN(64, BigInt(`0x${hash('sha256', `tidelock:${schema}`, 'hex').slice(0, 16)}`)).toString();
