import { randomBytes } from 'node:crypto';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { type Logger, silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import { Client } from 'pg';
import { eventually } from '../harness/api';
import { POSTGRES } from '../harness/services';

const schema = `term_${randomBytes(4).toString('hex')}`;
const barrier = new Barrier();
const opened: ClusterStore[] = [];
let admin: Client;

beforeAll(async () => {
  const rootKey = generateRootKey();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, Date.now()));
  admin = new Client({ connectionString: POSTGRES });
  await admin.connect();
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await admin.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
});

afterAll(() => admin.end());

const open = async (logger: Logger = silentLogger): Promise<ClusterStore> => {
  const store = await openStore({ kind: 'postgresql', connectionUrl: POSTGRES, schema }, barrier, { logger });
  opened.push(store);
  return store;
};

async function write(store: ClusterStore, key: string, value: string) {
  const unit = store.begin();
  unit.replicated.put(key, Buffer.from(value));
  return unit.commit();
}

const read = async (store: ClusterStore, key: string): Promise<string | undefined> =>
  (await store.replicated.get(key))?.toString();
const indexes = async (store: ClusterStore): Promise<number[]> =>
  (await store.journal.read(0, 100, 1e6)).map(({ index }) => index);

/** As a node does: the lock of a session that has ended is free a moment later. */
const acquire = ({ tenure }: ClusterStore): Promise<true> =>
  eventually('the right to write', () => tenure.acquire().then(() => true as const));

/** What an operator, a firewall or a failover does to a session. */
async function endLockSession(): Promise<void> {
  const { rowCount } = await admin.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [`tidelock writer of ${schema}`],
  );
  expect(rowCount).toBe(1);
}

describe('two nodes on one PostgreSQL schema', () => {
  it('are refused the second place, and change places without giving an index twice', async () => {
    const a = await open();
    a.journal.enable();
    await write(a, 'entry/k', 'of a');
    expect(await read(a, 'entry/k')).toBe('of a');
    await expect(open()).rejects.toThrow('another node has the PostgreSQL schema');

    const lost = new Promise<void>((resolve) => a.tenure.onLost(resolve));
    await endLockSession();
    await lost;
    const b = await eventually('the lock to be free', () => open());
    expect(a.tenure.refusal()).toMatchObject({ status: 503 });
    await expect(write(a, 'entry/k', 'late')).rejects.toMatchObject({ status: 503 });
    b.journal.enable();
    const before = b.position().replicatedIndex;
    for (const value of ['1', '2', '3', '4', 'of b']) await write(b, 'entry/k', value);
    await expect(a.tenure.acquire()).rejects.toMatchObject({ code: 'FENCED' });
    await expect(write(a, 'entry/k', 'still late')).rejects.toMatchObject({ code: 'FENCED', status: 503 });
    await b.close();

    await acquire(a);
    expect(a.position().replicatedIndex).toBe(before + 5);
    expect(await read(a, 'entry/k')).toBe('of b');
    expect((await write(a, 'entry/k', 'of a again')).replicatedIndex).toBe(before + 6);
    expect(await indexes(a)).toEqual(Array.from({ length: before + 6 }, (_, at) => at + 1));
    expect(await a.integrity.check(0, 65_536, { authenticate: true })).toEqual([]);
  });

  it('lets a writer whose session is ended inside a transaction change nothing, however late its commit', async () => {
    const a = await open();
    await write(a, 'entry/k', '1');
    const { database } = a as unknown as { database: { session: { client: Client } } };
    const { client } = database.session;
    await client.query('BEGIN');
    await client.query('UPDATE position SET replicated_idx = 99 WHERE id = 1');
    const lost = new Promise<void>((resolve) => a.tenure.onLost(resolve));
    await endLockSession();
    await lost;
    await acquire(a);
    expect(a.position().replicatedIndex).toBe(1);
    expect((await write(a, 'entry/k', '2')).replicatedIndex).toBe(2);
  });

  it('finds out by a check that a session which nobody uses is cut off', async () => {
    const a = await open();
    await a.tenure.check();
    expect(a.tenure.refusal()).toBeUndefined();
    const { database } = a as unknown as { database: { session: { client: Client } } };
    jest.spyOn(database.session.client, 'query').mockRejectedValueOnce(new Error('read ECONNRESET') as never);
    await a.tenure.check();
    expect(a.tenure.refusal()).toMatchObject({ status: 503 });
    await acquire(a);
  });

  it('says once that the right was lost, and once that it is back', async () => {
    const lines: string[] = [];
    const note = (message: string): void => void lines.push(message);
    const a = await open({ debug: () => undefined, info: note, warn: note, error: note });
    await endLockSession();
    await eventually('the loss to be noticed', async () => a.tenure.refusal() !== undefined || lines.length > 0);
    await acquire(a);
    expect(lines).toEqual([
      'the right to write was lost; nothing is served until it is had again',
      'the right to write is had again, and everything was read anew',
    ]);
  });

  it('knows what became of a commit whose answer the network lost', async () => {
    const a = await open();
    a.journal.enable();
    await write(a, 'entry/k', 'old');
    expect(await read(a, 'entry/k')).toBe('old');
    const { database } = a as unknown as {
      database: { session: { client: Client & { connection: { stream: { destroy(): void } } } } };
    };
    const { client } = database.session;
    const query = client.query.bind(client) as (...order: unknown[]) => Promise<unknown>;
    jest.spyOn(client, 'query').mockImplementation((async (...order: unknown[]) => {
      const answer = await query(...order);
      if (order[0] !== 'COMMIT') return answer;
      client.connection.stream.destroy();
      throw new Error('Connection terminated unexpectedly');
    }) as never);
    await expect(write(a, 'entry/k', 'new')).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
    await acquire(a);
    expect(await read(a, 'entry/k')).toBe('new');
    expect((await write(a, 'entry/k', 'newer')).replicatedIndex).toBe(3);
    expect(await indexes(a)).toEqual([1, 2, 3]);
  });

  it('touches nothing of what the present writer makes ready to take the place of the store', async () => {
    const a = await open();
    const { database } = a as unknown as {
      database: { startOver(fence: object, discard: boolean, first: readonly object[]): Promise<unknown> };
    };
    await admin.query(`CREATE SCHEMA "${schema}_joining" CREATE TABLE made_ready (id int)`);
    try {
      const overtaken = { sql: 'UPDATE position SET term = term WHERE id = 1 AND term = -1', parameters: [] };
      await expect(database.startOver(overtaken, true, [])).rejects.toMatchObject({ code: 'FENCED' });
      const { rows } = await admin.query('SELECT table_name FROM information_schema.tables WHERE table_schema = $1', [
        `${schema}_joining`,
      ]);
      expect(rows).toEqual([{ table_name: 'made_ready' }]);
    } finally {
      await admin.query(`DROP SCHEMA IF EXISTS "${schema}_joining" CASCADE`);
    }
  });

  it('reads on over connections that died in the pool', async () => {
    const a = await open();
    await write(a, 'entry/k', 'v');
    await Promise.all(Array.from({ length: 8 }, (_, at) => a.replicated.get(`entry/none-${at}`)));
    const { rowCount } = await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [`tidelock reader of ${schema}`],
    );
    expect(rowCount).toBeGreaterThan(1);
    expect(await read(a, 'entry/k')).toBe('v');
    expect(a.tenure.refusal()).toBeUndefined();
  });
});
