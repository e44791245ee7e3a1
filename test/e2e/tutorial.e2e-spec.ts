import { Api, type Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix, POSTGRES, STORAGES } from '../harness/services';

const SUPERUSER = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }';
const NOT_HERE = 'cannot add a non-local mount to a replication secondary';

// "Setting up performance replication", statement by statement, in its order. Each test builds on those before it.
describe.each(STORAGES)('the tutorial, on %s', (storage) => {
  let primary: Cluster;
  let secondary: Cluster;
  let oldRoot: Api;
  let oldKeys: readonly string[];
  let activation: Json;
  let tester: Api;

  beforeAll(async () => {
    const order = {
      kafka: KAFKA,
      postgres: POSTGRES,
      topicPrefix: newTopicPrefix('tutorial'),
      storage,
      shares: 3,
      threshold: 2,
    };
    primary = await Cluster.start(order);
    secondary = await Cluster.start({ ...order, shares: 1, threshold: 1 });
    await primary.root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  });
  afterAll(async () => {
    await Promise.all([primary, secondary].map((cluster) => cluster.server.stop()));
  });

  const untilInStep = () => secondary.untilInStepWith(primary);

  it('"create a superuser policy and enable userpass auth method with tester user on the primary cluster"', async () => {
    await primary.root.must('POST', 'sys/policies/acl/superuser', { policy: SUPERUSER });
    await primary.root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    await primary.root.must('POST', 'auth/userpass/users/tester', { password: 'changeme', policies: 'superuser' });
    const { auth } = await primary.anonymous.must('POST', 'auth/userpass/login/tester', { password: 'changeme' });
    expect(auth.policies).toEqual(['default', 'superuser']);
  });

  it('"to activate the primary, run …": primary_cluster_addr is optional', async () => {
    const answer = await primary.root.must('POST', 'sys/replication/performance/primary/enable', {});
    expect(answer.warnings).toEqual([
      'This cluster is being enabled as a primary for replication. Vault will be unavailable for a brief period and will resume service shortly.',
    ]);
    expect(await primary.status()).toMatchObject({
      mode: 'primary',
      state: 'running',
      known_secondaries: [],
      primary_cluster_addr: '',
    });
  });

  it('"a normal wrapped response, except that the token will be a JWT"; the id "will be listed when you read replication status"', async () => {
    activation = (
      await primary.root.must('POST', 'sys/replication/performance/primary/secondary-token', { id: 'us-east' })
    ).wrap_info;
    const [header, claims] = (activation.token as string)
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(header).toMatchObject({ alg: 'ES512', typ: 'JWT' });
    expect(claims).toMatchObject({ addr: primary.server.address, type: 'wrapping', exp: claims.iat + 1800 });
    expect(activation).toMatchObject({
      ttl: 1800,
      creation_path: 'sys/replication/performance/primary/secondary-token',
    });
    expect((await primary.status()).known_secondaries).toEqual(['us-east']);
  });

  it('"you must provide the full token value": anything less is refused and nothing is touched', async () => {
    const path = 'sys/replication/performance/secondary/enable';
    await secondary.root.must('POST', 'sys/mounts/before', { type: 'kv' });
    await secondary.root.must('POST', 'sys/mounts/local-before', { type: 'kv', local: true });
    for (const token of ['', 'nonsense', (activation.token as string).slice(0, -20)]) {
      const answer = await secondary.root.post(path, { token });
      expect(answer.status).toBe(400);
    }
    expect(await secondary.status()).toEqual({ mode: 'disabled' });
    expect((await secondary.root.must('GET', 'sys/mounts')).data).toHaveProperty('before/');
  });

  it('"it will destroy all data currently stored in the secondary"; afterwards it "will be ready for service"', async () => {
    oldRoot = secondary.root;
    oldKeys = secondary.keys;
    const answer = await secondary.root.must('POST', 'sys/replication/performance/secondary/enable', {
      token: activation.token,
    });
    expect(answer.warnings[0]).toBe(
      'Vault has successfully found secondary information; it may take a while to perform setup tasks. Vault will be unavailable until these tasks and initial sync complete.',
    );
    secondary.adoptKeysOf(primary);
    await secondary.untilStreaming();
    await untilInStep();
    const status = await secondary.status();
    expect(status).toMatchObject({
      mode: 'secondary',
      state: 'stream-wals',
      connection_state: 'ready',
      secondary_id: 'us-east',
      known_primary_cluster_addrs: [`https://127.0.0.1:${primary.server.clusterPort}`],
    });
    expect(status.cluster_id).toBe((await primary.status()).cluster_id);
    expect((await oldRoot.get('sys/mounts')).status).toBe(403);
  });

  it('the activation token is good for one use', async () => {
    const third = await Cluster.start({
      kafka: KAFKA,
      postgres: POSTGRES,
      topicPrefix: newTopicPrefix('third'),
      storage: 'sqlite',
    });
    const answer = await third.root.post('sys/replication/performance/secondary/enable', { token: activation.token });
    await third.server.stop();
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toContain(
      'error response unwrapping secondary token; status code is 400, message is "400 Bad Request"',
    );
  });

  it('"enabled auth methods should be used to get tokens, as policies and auth method configuration are replicated"', async () => {
    const { auth } = await secondary.anonymous.must('POST', 'auth/userpass/login/tester', { password: 'changeme' });
    expect(auth.policies).toEqual(['default', 'superuser']);
    tester = secondary.anonymous.as(auth.client_token);
    expect((await tester.must('GET', 'sys/policies/acl/superuser')).data.policy).toBe(SUPERUSER);
  });

  it('"only that cluster will know about the client\'s Vault token"', async () => {
    expect((await primary.anonymous.as(tester.token).get('auth/token/lookup-self')).status).toBe(403);
    expect((await secondary.anonymous.as(primary.rootToken).get('auth/token/lookup-self')).status).toBe(403);
  });

  it('"generate-root can also be used to generate a root token local to the secondary", with "the unseal keys from the Primary"', async () => {
    const generate = async (keys: readonly string[]) => {
      const { nonce, otp } = await secondary.anonymous.must('POST', 'sys/generate-root/attempt', {});
      let answer: Json;
      for (const key of keys)
        answer = (await secondary.anonymous.post('sys/generate-root/update', { key, nonce })).body;
      await secondary.anonymous.must('DELETE', 'sys/generate-root/attempt', { nonce });
      return { answer, otp };
    };
    const wrong = await generate([oldKeys[0] as string, oldKeys[0] as string]);
    expect(wrong.answer?.complete ?? false).toBe(false);
    const { answer, otp } = await generate(primary.keys.slice(0, 2));
    expect(answer.complete).toBe(true);
    const { data } = await secondary.anonymous.must('POST', 'sys/decode-token', {
      encoded_token: answer.encoded_token,
      otp,
    });
    secondary.rootToken = data.token;
    expect((await secondary.root.must('GET', 'auth/token/lookup-self')).data.policies).toEqual(['root']);
    expect((await primary.anonymous.as(data.token).get('auth/token/lookup-self')).status).toBe(403);
  });

  it('"maintain state with the primary": a write on the primary appears on the secondary', async () => {
    await primary.root.must('POST', 'secret/data/tide', { data: { level: '12345678901234567890' } });
    await untilInStep();
    expect((await tester.must('GET', 'secret/data/tide')).data.data).toEqual({ level: '12345678901234567890' });
  });

  it('a write through the secondary reaches the primary, and is read back here at once', async () => {
    const answer = await tester.must('POST', 'secret/data/tide', { data: { level: 'high' } });
    expect(answer.data.version).toBe(2);
    expect((await tester.must('GET', 'secret/data/tide')).data.data).toEqual({ level: 'high' });
    expect((await primary.root.must('GET', 'secret/data/tide')).data.metadata.version).toBe(2);
  });

  it('"it is safe to seal/shutdown the primary and/or secondary; when both are available again, they will synchronize"', async () => {
    await primary.root.must('POST', 'sys/seal');
    expect((await tester.must('GET', 'secret/data/tide')).data.data).toEqual({ level: 'high' });
    const refused = await tester.post('secret/data/tide', { data: { level: 'lost' } });
    expect(refused.status).toBe(503);
    await primary.unseal();
    await secondary.root.must('POST', 'sys/seal');
    await primary.root.must('POST', 'secret/data/tide', { data: { level: 'while sealed' } });
    await secondary.server.stop();
    await primary.root.must('POST', 'secret/data/tide', { data: { level: 'while down' } });
    await secondary.server.start();
    const own = await secondary.anonymous.post('sys/unseal', { key: oldKeys[0] });
    expect(own.body.sealed ?? true).toBe(true);
    await secondary.anonymous.must('POST', 'sys/unseal', { reset: true });
    await secondary.unseal(primary.keys.slice(1, 3));
    await untilInStep();
    expect((await tester.must('GET', 'secret/data/tide')).data.data).toEqual({ level: 'while down' });
  });

  it('"all Vault information is replicated from the primary to secondaries except for tokens and secret leases"', async () => {
    const before = await secondary.status();
    const made = await primary.root.must('POST', 'auth/token/create', { policies: ['superuser'], ttl: '1h' });
    expect((await secondary.status()).last_remote_wal).toBe(before.last_remote_wal);
    expect(
      (await tester.post('auth/token/lookup-accessor', { accessor: made.auth.accessor })).status,
    ).toBeGreaterThanOrEqual(400);
  });

  it('"mounts cannot be enabled on a secondary, and mounts enabled on the primary will replicate to secondaries"', async () => {
    const refused = await tester.post('sys/mounts/elsewhere', { type: 'kv' });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0]).toContain(NOT_HERE);
    await primary.root.must('POST', 'sys/mounts/everywhere', { type: 'kv' });
    await untilInStep();
    const here = (await tester.must('GET', 'sys/mounts')).data['everywhere/'];
    const there = (await primary.root.must('GET', 'sys/mounts')).data['everywhere/'];
    expect(here).toEqual(there);
  });

  it('"Local mounts do not propagate data from the primary to secondaries, and local mounts on secondaries do not have their data removed"', async () => {
    await primary.root.must('POST', 'sys/mounts/only-there', { type: 'kv', local: true });
    await primary.root.must('POST', 'only-there/a', { value: 'x' });
    await tester.must('POST', 'sys/mounts/only-here', { type: 'kv', local: true });
    await tester.must('POST', 'only-here/a', { value: 'y' });
    await primary.root.must('POST', 'secret/data/after', { data: { value: 'z' } });
    await untilInStep();
    expect((await tester.must('GET', 'only-here/a')).data).toEqual({ value: 'y' });
    const mounts = (await tester.must('GET', 'sys/mounts')).data;
    expect(mounts['only-here/'].local).toBe(true);
    expect(mounts).not.toHaveProperty('only-there/');
    expect((await primary.root.must('GET', 'sys/mounts')).data).not.toHaveProperty('only-here/');
  });

  it('"The exception is during initial bootstrapping: all data, including local mounts, is deleted"', async () => {
    const mounts = (await tester.must('GET', 'sys/mounts')).data;
    expect(mounts).not.toHaveProperty('before/');
    expect(mounts).not.toHaveProperty('local-before/');
  });

  it('"local … can only be performed at mount time"', async () => {
    await primary.root.must('POST', 'sys/mounts/everywhere/tune', { local: true });
    expect((await primary.root.must('GET', 'sys/mounts')).data['everywhere/'].local).toBe(false);
  });

  it('"it may be useful to use at least one local audit mount on each cluster"', async () => {
    await tester.must('POST', 'sys/audit/own', {
      type: 'file',
      options: { file_path: `${secondary.server.folder}/audit.log` },
      local: true,
    });
    expect((await tester.must('GET', 'sys/audit')).data['own/'].local).toBe(true);
    expect((await primary.root.must('GET', 'sys/audit')).data).not.toHaveProperty('own/');
  });

  it('"this can be used later to revoke the secondary"', async () => {
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'us-east' });
    expect((await primary.status()).known_secondaries).toEqual([]);
    expect((await tester.must('GET', 'secret/data/tide')).data.data).toEqual({ level: 'while down' });
    expect((await tester.post('secret/data/tide', { data: {} })).status).toBe(503);
  });
});
