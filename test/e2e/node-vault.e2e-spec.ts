import { eventually, type Json } from '../harness/api';
import { ServerProcess } from '../harness/server-process';
import { KAFKA, newTopicPrefix } from '../harness/services';

// An independent client of Vault, from npm, unmodified.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package is CommonJS without a default export
const vault = require('node-vault') as (options: { endpoint: string; token?: string; apiVersion?: string }) => Json;

describe('node-vault, against a primary and a secondary', () => {
  let primary: ServerProcess;
  let secondary: ServerProcess;
  let p: Json;
  let s: Json;
  let keys: string[];

  const clientOf = (server: ServerProcess, token = ''): Json =>
    vault({ endpoint: server.address, ...(token && { token }) });
  const code = (status: number) =>
    expect.objectContaining({ response: expect.objectContaining({ statusCode: status }) });

  beforeAll(async () => {
    const config = `storage "file" { path = "data" }\nbroker "kafka" { brokers = ["${KAFKA}"] topic_prefix = "${newTopicPrefix('node-vault')}" }`;
    [primary, secondary] = await Promise.all([ServerProcess.start({ config }), ServerProcess.start({ config })]);
    p = clientOf(primary);
    s = clientOf(secondary);
  });
  afterAll(() => Promise.all([primary.stop(), secondary.stop()]));

  it('initialises and unseals', async () => {
    expect(await p.initialized()).toEqual({ initialized: false });
    for (const client of [p, s]) {
      const init = await client.init({ secret_shares: 3, secret_threshold: 2 });
      expect(init.keys).toHaveLength(3);
      await client.unseal({ key: init.keys[0] });
      expect(await client.unseal({ key: init.keys[2] })).toMatchObject({ sealed: false, t: 2, n: 3 });
      client.token = init.root_token;
      if (client === p) keys = init.keys;
    }
    expect(await p.status()).toMatchObject({ initialized: true, sealed: false });
    expect(await p.health()).toMatchObject({ initialized: true, sealed: false, standby: false });
  });

  it('mounts, writes, reads, lists and deletes secrets of both versions', async () => {
    await p.mount({ mount_point: 'kv', type: 'kv', options: { version: '2' } });
    await p.mount({ mount_point: 'plain', type: 'kv' });
    expect((await p.mounts()).data).toHaveProperty('kv/');
    await p.write('kv/data/app', { data: { a: 1 } });
    expect((await p.read('kv/data/app')).data.data).toEqual({ a: 1 });
    await p.write('plain/app/x', { b: 'two' });
    expect((await p.read('plain/app/x')).data).toEqual({ b: 'two' });
    expect((await p.list('plain/app')).data.keys).toEqual(['x']);
    await p.delete('plain/app/x');
    await expect(p.read('plain/app/x')).rejects.toEqual(code(404));
  });

  it('writes policies and logs users in', async () => {
    await p.addPolicy({
      name: 'reader',
      policy: 'path "kv/data/*" { capabilities = ["read"] }',
      rules: 'path "kv/data/*" { capabilities = ["read"] }',
    });
    expect((await p.policies()).policies).toContain('reader');
    await p.enableAuth({ mount_point: 'userpass', type: 'userpass' });
    await p.write('auth/userpass/users/ann', { password: 'secret-1', policies: 'reader' });
    const ann = clientOf(primary);
    const login = await ann.userpassLogin({ username: 'ann', password: 'secret-1' });
    expect(login.auth.policies).toEqual(['default', 'reader']);
    expect((await ann.read('kv/data/app')).data.data).toEqual({ a: 1 });
    await expect(ann.write('kv/data/app', { data: {} })).rejects.toEqual(code(403));
    await expect(clientOf(primary).userpassLogin({ username: 'ann', password: 'wrong' })).rejects.toEqual(code(400));
  });

  it('creates, looks up, renews and revokes tokens', async () => {
    // This client goes on with the token it creates.
    const { auth } = await clientOf(primary, p.token).tokenCreate({ policies: ['reader'], ttl: '1h', renewable: true });
    const holder = clientOf(primary, auth.client_token);
    expect((await holder.tokenLookupSelf()).data).toMatchObject({
      policies: ['default', 'reader'],
      ttl: expect.any(Number),
    });
    expect((await p.tokenLookup({ token: auth.client_token })).data.accessor).toBe(auth.accessor);
    expect((await holder.tokenRenewSelf({ increment: '2h' })).auth.renewable).toBe(true);
    await p.tokenRevoke({ token: auth.client_token });
    await expect(holder.tokenLookupSelf()).rejects.toEqual(code(403));
  });

  it('wraps and unwraps', async () => {
    const wrapped = await p
      .read('kv/data/app', { headers: { 'X-Vault-Wrap-TTL': '60s' } })
      .catch((error: unknown) => error);
    const token =
      wrapped.wrap_info?.token ??
      (await p.request({ path: '/kv/data/app', method: 'GET', headers: { 'X-Vault-Wrap-TTL': '60s' } })).wrap_info
        .token;
    expect((await p.unwrap({ token })).data.data).toEqual({ a: 1 });
    await expect(p.unwrap({ token })).rejects.toEqual(code(400));
  });

  it('reads on a secondary what was written on the primary, and writes through it', async () => {
    await p.write('sys/replication/performance/primary/enable', {});
    const { wrap_info: activation } = await p.write('sys/replication/performance/primary/secondary-token', {
      id: 'us-east',
    });
    await s.write('sys/replication/performance/secondary/enable', { token: activation.token });
    await eventually('the secondary to stream', async () => {
      const { data } = await clientOf(secondary).read('sys/replication/performance/status');
      return data.mode === 'secondary' && data.state === 'stream-wals';
    });
    const bob = clientOf(secondary);
    await p.addPolicy({
      name: 'writer',
      policy: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }',
      rules: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }',
    });
    await p.write('auth/userpass/users/bob', { password: 'secret-2', policies: 'writer' });
    await eventually('the user to arrive', () => bob.userpassLogin({ username: 'bob', password: 'secret-2' }));
    expect((await bob.read('kv/data/app')).data.data).toEqual({ a: 1 });
    await bob.write('kv/data/through', { data: { b: 2 } });
    expect((await bob.read('kv/data/through')).data.data).toEqual({ b: 2 });
    expect((await p.read('kv/data/through')).data.data).toEqual({ b: 2 });
    const { auth } = await clientOf(secondary, bob.token).tokenCreate({ policies: ['reader'] });
    expect((await clientOf(secondary, auth.client_token).tokenLookupSelf()).data.policies).toEqual([
      'default',
      'reader',
    ]);
    await expect(clientOf(primary, auth.client_token).tokenLookupSelf()).rejects.toEqual(code(403));
  });

  it("unseals the secondary with the primary's keys", async () => {
    await secondary.stop();
    await secondary.start();
    const client = clientOf(secondary);
    await client.unseal({ key: keys[1] });
    expect(await client.unseal({ key: keys[2] })).toMatchObject({ sealed: false });
  });
});
