import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { describeStore } from '@tidelock/store/contract';
import { POSTGRES } from '../harness/services';

const run = `contract_${randomBytes(4).toString('hex')}`;
let made = 0;

describeStore('PostgreSQL', async () => ({ kind: 'postgresql', connectionUrl: POSTGRES, schema: `${run}_${(made += 1)}` }));

afterAll(async () => {
  const client = new Client({ connectionString: POSTGRES });
  await client.connect();
  try {
    // Those put aside are named after the schema that they were.
    const { rows } = await client.query<{ name: string }>('SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)', [run]);
    for (const { name } of rows) await client.query(`DROP SCHEMA "${name}" CASCADE`);
  } finally {
    await client.end();
  }
});
