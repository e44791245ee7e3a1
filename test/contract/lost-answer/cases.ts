import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchTokenKeys } from '@tidelock/core/tokens';
import { isTidelockError } from '@tidelock/kernel';
import { eventually } from '../../harness/api';
import type { ServerInProcess } from '../../harness/server-in-process';
import type { Remembered } from './case';

const PRIMARY = 'sys/replication/performance/primary';
const FILTER = { mode: 'deny', paths: ['own/'] };

const statusOf = async ({ root }: ServerInProcess) =>
  (await root.must('GET', 'sys/replication/performance/status')).data;
const newToken = async ({ root }: ServerInProcess, order: object = {}): Promise<string> =>
  (await root.must('POST', 'auth/token/create', order)).auth.client_token;
const lookUp = async ({ root }: ServerInProcess, token: string): Promise<number> =>
  (await root.as(token).get('auth/token/lookup-self')).status;
const auditLog = ({ folder }: ServerInProcess): string => join(folder, 'audit.log');
const audited = (node: ServerInProcess): string =>
  existsSync(auditLog(node)) ? readFileSync(auditLog(node), 'utf8') : '';
/** Streams that are published, by what the store keeps of them. */
const streams = async ({ store }: ServerInProcess): Promise<string[]> =>
  (await store.local.heads('stream', { column: 'name', prefix: '' })).map(({ name }) => name);

async function knownToken(node: ServerInProcess, order?: object): Promise<string> {
  const token = await newToken(node, order);
  expect(await lookUp(node, token)).toBe(200);
  return token;
}

interface Inside {
  readonly records: { clear(): void };
  readonly database: {
    readonly dialect: { place(position: number): string };
    write(statement: {
      readonly sql: string;
      readonly parameters: readonly unknown[];
    }): Promise<{ readonly value: Buffer }[]>;
  };
}

/** Flips a bit of a record behind the node's back, which has it no longer at hand. */
async function damage({ store }: ServerInProcess, key: string): Promise<void> {
  const { database, records } = store as unknown as Inside;
  const where = `WHERE key LIKE '%/${key}'`;
  const [row] = await database.write({ sql: `SELECT value FROM record ${where}`, parameters: [] });
  const value = Buffer.from((row as { value: Buffer }).value);
  value.writeUInt8(value.readUInt8(value.length - 1) ^ 1, value.length - 1);
  await database.write({
    sql: `UPDATE record SET value = ${database.dialect.place(1)} ${where} RETURNING value`,
    parameters: [value],
  });
  records.clear();
}

/** What the node is in its set: taken up with the service. */
export const ROLE: Remembered = {
  what: 'the role',
  rows: /^replication$/m,
  change: ({ root }) => root.post(`${PRIMARY}/enable`),
  after: async (node) => expect(await statusOf(node)).toMatchObject({ mode: 'primary', state: 'running', epoch: 1 }),
};

/** One at least for every subscriber of the store. */
export const SUBSCRIBERS: readonly Remembered[] = [
  {
    what: 'a token that was revoked',
    by: ['libs/core/tokens/src/token-store'],
    before: knownToken,
    rows: /^DELETE FROM token /m,
    change: ({ root }, token) => root.post('auth/token/revoke', { token }),
    after: async (node, token) => expect(await lookUp(node, token)).toBe(403),
  },
  {
    what: 'batch tokens that have ended',
    by: ['libs/core/tokens/src/batch-token-keys'],
    before: (node) => knownToken(node, { type: 'batch', policies: ['default'], ttl: '1h' }),
    rows: /^core\/batch-token-key$/m,
    change: async (node) => {
      const unit = node.store.begin();
      await node.room(BatchTokenKeys).begin(unit);
      const error: unknown = await unit.commit().catch((refused: unknown) => refused);
      return isTidelockError(error) ? { status: error.status, text: error.message } : { status: 204, text: '' };
    },
    after: async (node, token) => {
      expect(await lookUp(node, token)).toBe(403);
      await knownToken(node, { type: 'batch', policies: ['default'], ttl: '1h' });
    },
  },
  {
    what: 'a policy that was taken away',
    by: ['libs/core/policies/src/policy-store'],
    before: async (node) => {
      await node.root.must('POST', 'sys/policies/acl/reader', { policy: 'path "own/*" { capabilities = ["read"] }' });
      await node.root.must('POST', 'own/seen', { value: 1 });
      const token = await newToken(node, { policies: ['reader'] });
      expect((await node.root.as(token).get('own/seen')).status).toBe(200);
      return token;
    },
    rows: /^policy\/reader$/m,
    change: ({ root }) => root.delete('sys/policies/acl/reader'),
    after: async ({ root }, token) => expect((await root.as(token).get('own/seen')).status).toBe(403),
  },
  {
    what: 'a new mount',
    by: ['libs/core/mounts/src/table/mount-table'],
    before: async ({ root }) => expect((await root.post('new/a', { value: 1 })).status).toBe(404),
    rows: /^mount\//m,
    change: ({ root }) => root.post('sys/mounts/new', { type: 'kv' }),
    after: async ({ root }) => expect((await root.post('new/a', { value: 1 })).status).toBe(204),
  },
  {
    what: 'a new audit device',
    by: ['libs/core/audit/src/audit-broker'],
    rows: /^audit\//m,
    change: (node) => node.root.post('sys/audit/file', { type: 'file', options: { file_path: auditLog(node) } }),
    after: async (node) => {
      await node.root.get('own/on-record');
      expect(audited(node)).toContain('own/on-record');
    },
  },
  {
    what: 'a token that ends by itself',
    by: ['libs/core/leases/src/expiry-sweep'],
    rows: /^INSERT INTO token /m,
    change: ({ root }) => root.post('auth/token/create', { id: 'short', ttl: '2s', policies: ['default'] }),
    after: async ({ store }) => {
      const left = () => store.local.heads('token', { column: 'expires_at', below: Date.now() + 3000 });
      expect(await left()).toHaveLength(1);
      await eventually('its row to go', async () => (await left()).length === 0, 20_000);
    },
  },
  {
    what: 'a key of the barrier',
    by: ['libs/core/seal/src/key-rotation'],
    before: async ({ root }) => String((await root.must('GET', 'sys/key-status')).data.term),
    rows: /^keyring$/m,
    change: ({ root }) => root.post('sys/rotate'),
    after: async ({ root }, term) => {
      await eventually(
        'the new key to be in use',
        async () => (await root.must('GET', 'sys/key-status')).data.term === Number(term) + 1,
        20_000,
      );
    },
  },
  {
    what: 'a secondary of the set, with the stream of the filter that was waiting for it',
    by: ['libs/replication/src/membership/secondary-registry', 'libs/replication/src/filter/filter-streams'],
    before: async (node) => {
      await node.root.must('POST', `${PRIMARY}/paths-filter/west`, FILTER);
      expect(await streams(node)).toEqual(['full']);
    },
    rows: /^INSERT INTO secondary /m,
    change: ({ root }) => root.post(`${PRIMARY}/secondary-token`, { id: 'west' }),
    after: async (node) => {
      await eventually(
        'the secondary to be known',
        async () => (await statusOf(node)).known_secondary_states.west === 'pending',
        20_000,
      );
      await eventually('its stream', async () => (await streams(node)).length === 2, 20_000);
    },
  },
  {
    what: 'a paths filter that was taken away, and its stream',
    by: ['libs/replication/src/filter/paths-filters'],
    before: async ({ root }) =>
      expect((await root.get(`${PRIMARY}/paths-filter/west`)).body.data).toMatchObject(FILTER),
    rows: /^replication\/paths-filters$/m,
    change: ({ root }) => root.delete(`${PRIMARY}/paths-filter/west`),
    after: async (node) => {
      await eventually(
        'the filter to be gone',
        async () => (await node.root.get(`${PRIMARY}/paths-filter/west`)).status === 404,
        20_000,
      );
      await eventually('its stream to be given up', async () => (await streams(node)).length === 1, 20_000);
    },
  },
  {
    what: 'a mutation that waits for the broker',
    by: ['libs/stream/src/publish/publisher'],
    rows: /^entry\/.*\/waiting$/m,
    change: ({ root }) => root.post('own/waiting', { value: 1 }),
    after: async (node) => {
      const { last_performance_wal: index } = await statusOf(node);
      await eventually('it to be published', async () => (await statusOf(node)).stream.publishedIndex >= index, 20_000);
    },
  },
  {
    what: 'a record that was damaged, and written over',
    by: ['libs/replication/src/healing/healing'],
    before: async (node) => {
      await node.root.must('POST', 'own/damaged', { value: 'old' });
      await damage(node, 'damaged');
      expect((await node.root.get('own/damaged')).status).toBe(500);
      expect(await statusOf(node)).toMatchObject({ corrupted_merkle_tree: true });
    },
    rows: /^entry\/.*\/damaged$/m,
    change: ({ root }) => root.post('own/damaged', { value: 'new' }),
    after: async (node) => {
      expect((await node.root.must('GET', 'own/damaged')).data).toEqual({ value: 'new' });
      // Nobody has told that it is whole again: it is suspected until it is looked at.
      expect(await statusOf(node)).toMatchObject({ corrupted_merkle_tree: true });
    },
  },
];

/** What is read from the store whenever it is asked for, and so remembered by the store's own cache at most. */
export const BESIDE: readonly Remembered[] = [
  {
    what: 'a value',
    before: async ({ root }) => {
      await root.must('POST', 'own/value', { value: 'old' });
      expect((await root.must('GET', 'own/value')).data).toEqual({ value: 'old' });
    },
    rows: /^entry\/.*\/value$/m,
    change: ({ root }) => root.post('own/value', { value: 'new' }),
    after: async ({ root }) => expect((await root.must('GET', 'own/value')).data).toEqual({ value: 'new' }),
  },
  {
    what: 'a password',
    before: async ({ root }) => {
      await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
      await root.must('POST', 'auth/userpass/users/ada', { password: 'old' });
      expect((await root.post('auth/userpass/login/ada', { password: 'old' })).status).toBe(200);
    },
    rows: /^entry\/.*\/ada$/m,
    change: ({ root }) => root.post('auth/userpass/users/ada/password', { password: 'new' }),
    after: async ({ root }) => {
      expect((await root.post('auth/userpass/login/ada', { password: 'old' })).status).toBe(400);
      expect((await root.post('auth/userpass/login/ada', { password: 'new' })).status).toBe(200);
    },
  },
  {
    what: 'who may ask from another origin',
    before: async ({ root }) =>
      expect(
        (await root.request('GET', 'sys/health', undefined, { Origin: 'http://page.example' })).headers.get(
          'access-control-allow-origin',
        ),
      ).toBeNull(),
    rows: /^core\/cors$/m,
    change: ({ root }) => root.post('sys/config/cors', { allowed_origins: ['http://page.example'] }),
    after: async ({ root }) =>
      expect(
        (await root.request('GET', 'sys/health', undefined, { Origin: 'http://page.example' })).headers.get(
          'access-control-allow-origin',
        ),
      ).toBe('http://page.example'),
  },
  {
    what: 'a password policy',
    rows: /^core\/password-policy\/digits$/m,
    change: ({ root }) =>
      root.post('sys/policies/password/digits', {
        policy: 'length = 20\nrule "charset" { charset = "0123456789" min-chars = 20 }',
      }),
    after: async ({ root }) =>
      expect((await root.must('GET', 'sys/policies/password/digits/generate')).data.password).toMatch(/^\d{20}$/),
  },
];
