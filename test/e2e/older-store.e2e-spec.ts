import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Api } from '../harness/api';
import type { StorageKind } from '../harness/cluster';
import { olderStore } from '../harness/older-store';
import { ServerProcess } from '../harness/server-process';
import { POSTGRES, STORAGES } from '../harness/services';

/** @returns the storage stanza of a copy of the store. */
async function copyOf(kind: StorageKind): Promise<string> {
  const { path } = olderStore(kind);
  if (kind === 'sqlite') {
    const copy = join(mkdtempSync(join(tmpdir(), 'tidelock-older-')), 'tidelock.db');
    copyFileSync(path, copy);
    return `storage "sqlite" { path = "${copy}" }`;
  }
  const schema = `older_${randomBytes(4).toString('hex')}`;
  const client = new Client(POSTGRES);
  await client.connect();
  await client.query(readFileSync(path, 'utf8').replaceAll(/\bolder\b(?=[.;])/g, schema));
  await client.end();
  return `storage "postgresql" { connection_url = "${POSTGRES}" schema = "${schema}" }`;
}

describe.each(STORAGES)('a store of an earlier build on %s', (kind) => {
  const { keys, rootToken } = olderStore(kind);
  let server: ServerProcess;
  let root: Api;
  beforeAll(async () => {
    server = await ServerProcess.start({ config: await copyOf(kind) });
    root = new Api(server.address, rootToken);
  });
  afterAll(() => server.stop());

  const unseal = async (shares: readonly string[]): Promise<boolean> => {
    for (const key of shares) await root.must('POST', 'sys/unseal', { key });
    return (await root.get('sys/seal-status')).body.sealed;
  };

  it('is unsealed with its own keys', async () => {
    expect((await root.get('sys/seal-status')).body).toMatchObject({ initialized: true, sealed: true, t: 2, n: 3 });
    expect(await unseal(keys.slice(1))).toBe(false);
  });

  it('serves what it held, replicated and local, of before and after a rotation', async () => {
    const passwords = ['app', 'rotated'].map(async (name) => (await root.get(`secret/data/${name}`)).body.data.data);
    expect(await Promise.all(passwords)).toEqual([
      { password: 'written by an older build' },
      { password: 'after a rotation' },
    ]);
    expect((await root.get('local-kv/here')).body.data).toEqual({ value: 'local to this cluster' });
    expect((await root.get('cubbyhole/mine')).body.data).toEqual({ value: 'in the cubbyhole' });
    const login = await root.as('').post('auth/userpass/login/tester', { password: 'correct horse' });
    const user = root.as(login.body.auth.client_token);
    expect((await user.get('secret/data/app')).status).toBe(200);
    expect((await user.post('secret/data/app', { data: {} })).status).toBe(403);
  });

  it('goes on after a restart', async () => {
    await root.must('POST', 'secret/data/app', { data: { password: 'new' } });
    await server.stop();
    await server.start();
    expect(await unseal(keys.slice(0, 2))).toBe(false);
    expect((await root.get('secret/data/app')).body.data.data).toEqual({ password: 'new' });
    expect((await root.get('cubbyhole/mine')).body.data).toEqual({ value: 'in the cubbyhole' });
  });

  it("takes its shares for a root token and for a rekey, and the rekey's from then on", async () => {
    const { otp, nonce } = await root.must('POST', 'sys/generate-root/attempt', {});
    await root.must('POST', 'sys/generate-root/update', { key: keys[0], nonce });
    const { encoded_token } = await root.must('POST', 'sys/generate-root/update', { key: keys[2], nonce });
    const { token } = (await root.must('POST', 'sys/decode-token', { encoded_token, otp })).data;
    expect((await root.as(token).get('auth/token/lookup-self')).body.data.policies).toEqual(['root']);
    const rekey = await root.must('POST', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 });
    await root.must('POST', 'sys/rekey/update', { key: keys[0], nonce: rekey.nonce });
    const done = await root.must('POST', 'sys/rekey/update', { key: keys[1], nonce: rekey.nonce });
    await root.must('POST', 'sys/seal');
    expect(await unseal(done.keys)).toBe(false);
  });
});
