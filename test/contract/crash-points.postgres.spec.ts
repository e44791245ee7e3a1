import { randomBytes } from 'node:crypto';
import { crashPoints } from '@tidelock/replication/contract';
import { Client } from 'pg';
import { POSTGRES } from '../harness/services';

const run = `crash_points_${randomBytes(4).toString('hex')}`;
let made = 0;

crashPoints('PostgreSQL', async () => ({
  kind: 'postgresql',
  connectionUrl: POSTGRES,
  schema: `${run}_${(made += 1)}`,
}));

afterAll(async () => {
  const client = new Client({ connectionString: POSTGRES });
  await client.connect();
  try {
    for (let at = 1; at <= made; at += 1) await client.query(`DROP SCHEMA IF EXISTS "${run}_${at}" CASCADE`);
  } finally {
    await client.end();
  }
});
