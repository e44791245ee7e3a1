import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { openStore, type StoreLocation } from '@tidelock/store';
import { describeDurability, describeStore } from '@tidelock/store/contract';
import { POSTGRES } from '../harness/services';

const run = `contract_${randomBytes(4).toString('hex')}`;
let made = 0;

const newSchema = async (): Promise<StoreLocation> => ({
  kind: 'postgresql',
  connectionUrl: POSTGRES,
  schema: `${run}_${(made += 1)}`,
});

describeStore('PostgreSQL', newSchema);
describeDurability('PostgreSQL', newSchema, () => {
  const query = jest.spyOn(Client.prototype, 'query');
  const begins = () => query.mock.calls.map(([sql]) => String(sql)).filter((sql) => /^BEGIN\b/.test(sql));
  return {
    get waited() {
      return begins().map((sql) => !sql.includes('synchronous_commit = off'));
    },
    stop: () => query.mockRestore(),
  };
});

describe('a PostgreSQL schema beside which a crash left a successor that was not ready', () => {
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: POSTGRES });
    await client.connect();
    return client;
  };

  it('is the store as it was, can be replaced, and the successor goes', async () => {
    const schema = `${run}_crashed`;
    const barrier = new Barrier();
    const rootKey = generateRootKey();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 0));
    const open = () =>
      openStore({ kind: 'postgresql', connectionUrl: POSTGRES, schema }, barrier, { logger: silentLogger });
    const client = await connect();
    const leave = () =>
      client.query(`CREATE SCHEMA "${schema}_joining"; CREATE TABLE "${schema}_joining".record (half text)`);
    const left = async () =>
      (await client.query('SELECT nspname FROM pg_namespace WHERE nspname = $1', [`${schema}_joining`])).rowCount;
    try {
      const before = await open();
      await before.applySync([{ key: 'keyring', value: Buffer.from('old') }]);
      await before.close();
      await leave();
      const store = await open();
      expect([(await store.replicated.getSealed('keyring'))?.toString(), await left()]).toEqual(['old', 0]);
      await leave();
      await store.startOver(true, [{ key: 'keyring', value: Buffer.from('new') }]);
      expect([(await store.replicated.getSealed('keyring'))?.toString(), await left()]).toEqual(['new', 0]);
      await store.close();
    } finally {
      await client.end();
    }
  });
});

afterAll(async () => {
  const client = new Client({ connectionString: POSTGRES });
  await client.connect();
  try {
    // Those put aside are named after the schema that they were.
    const { rows } = await client.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)',
      [run],
    );
    for (const { name } of rows) await client.query(`DROP SCHEMA "${name}" CASCADE`);
  } finally {
    await client.end();
  }
});
