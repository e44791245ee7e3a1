import { Client } from 'pg';
import { eventually } from '../harness/api';
import { Cluster, type StorageKind } from '../harness/cluster';
import { newTopicPrefix, POSTGRES, STORAGES } from '../harness/services';
import { tamper } from '../harness/tamper';

const DAMAGED = { status: 500, body: { errors: ['stored data failed authentication'] } };

/** Runs SQL on a cluster's database: PostgreSQL under the running server, SQLite, which the server holds locked, between two runs. */
async function edit(cluster: Cluster, storage: StorageKind, sql: string): Promise<void> {
  if (storage === 'sqlite') {
    await cluster.server.stop();
    tamper(cluster, (database) => database.exec(sql));
    return cluster.restart();
  }
  const client = new Client({ connectionString: POSTGRES });
  await client.connect();
  const { rows } = await client.query<{ schema: string }>(
    "SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = 'token' AND table_schema LIKE $1",
    [`tidelock_${process.pid}_%`],
  );
  for (const { schema } of rows) await client.query(`SET search_path TO "${schema}"; ${sql}`);
  await client.end();
}

describe.each(STORAGES)('rows of tokens that a hand has changed, on %s', (storage) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start({
      kafka: '',
      broker: '',
      topicPrefix: newTopicPrefix('rows'),
      storage,
      postgres: POSTGRES,
    });
  });
  afterAll(() => cluster.server.stop());

  const token = async (body: object, by = cluster.root) =>
    (await by.must('POST', 'auth/token/create', { policies: ['default'], ...body })).auth;
  const alive = async (of: { client_token: string }) => {
    const { status, body } = await cluster.root.as(of.client_token).get('auth/token/lookup-self');
    return { status, ...(status >= 400 && { body }) };
  };

  it("are refused as damaged, and make no token live longer or be another's", async () => {
    const [immortal, moved, adopted, untouched] = [
      await token({ ttl: '1h' }),
      await token({ ttl: '1h' }),
      await token({ ttl: '1h' }),
      await token({ ttl: '1h' }),
    ];
    await edit(
      cluster,
      storage,
      `UPDATE token SET expires_at = NULL, parent = NULL WHERE accessor = '${immortal.accessor}';
      UPDATE token SET path = 'auth/token/root' WHERE accessor = '${moved.accessor}';
      UPDATE token SET parent = (SELECT id FROM token WHERE accessor = '${untouched.accessor}') WHERE accessor = '${adopted.accessor}'`,
    );
    for (const changed of [immortal, moved, adopted]) expect(await alive(changed)).toEqual(DAMAGED);
    expect(await alive(untouched)).toEqual({ status: 200 });
    expect((await cluster.root.list('auth/token/accessors')).body.data.keys).toEqual(
      expect.arrayContaining([immortal.accessor, untouched.accessor]),
    );
  });

  it("end when their column says so, with their children, and hold up no other token's end", async () => {
    const parent = await token({ policies: ['root'], ttl: '1h' });
    const child = await token({ ttl: '1h' }, cluster.root.as(parent.client_token));
    const short = await token({ ttl: '3s' });
    await edit(
      cluster,
      storage,
      `UPDATE token SET expires_at = 1 WHERE accessor = '${parent.accessor}'; UPDATE token SET path = 'x' WHERE accessor = '${child.accessor}'`,
    );
    // A commit that touches a token wakes the sweep.
    await token({ ttl: '1h' });
    await eventually('all three to be gone', async () => {
      const { keys } = (await cluster.root.list('auth/token/accessors')).body.data;
      return ![parent, child, short].some(({ accessor }) => keys.includes(accessor));
    });
    for (const { client_token } of [parent, child, short])
      expect((await cluster.root.as(client_token).get('auth/token/lookup-self')).status).toBe(403);
    expect(cluster.server.log.split('a stored token was changed outside the service').length - 1).toBe(1);
  });
});
