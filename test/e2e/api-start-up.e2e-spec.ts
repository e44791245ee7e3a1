import { Api, eventually, type Json } from '../harness/api';
import { multi, TIME, UUID } from '../harness/expectations';
import { metricsOf } from '../harness/metrics';
import { MovableClock } from '../harness/movable-clock';
import { ServerProcess } from '../harness/server-process';
import { KAFKA, newTopicPrefix } from '../harness/services';

const SEALED = { status: 503, body: { errors: ['Vault is sealed'] } };
const HEALTH = {
  initialized: true,
  sealed: false,
  standby: false,
  performance_standby: false,
  replication_performance_mode: 'disabled',
  replication_dr_mode: 'disabled',
  server_time_utc: expect.any(Number),
  version: expect.stringMatching(/^1\.17\.\d+\+tidelock/),
  enterprise: false,
  cluster_name: expect.any(String),
  cluster_id: UUID,
  echo_duration_ms: 0,
  clock_skew_ms: 0,
  replication_primary_canary_age_ms: 0,
};
const WRONG_KEY = 'ab'.repeat(32);

describe('the start-up endpoints', () => {
  let server: ServerProcess;
  let api: Api;
  let root: Api;
  let keys: string[];
  const clock = new MovableClock();

  beforeAll(async () => {
    server = await ServerProcess.start({
      env: clock.environment,
      config: `storage "inmem" {}\nbroker "kafka" { brokers = ["${KAFKA}"] topic_prefix = "${newTopicPrefix('api-start-up')}" }`,
    });
    api = new Api(server.address);
  });
  afterAll(() => server.stop());

  const status = async (): Promise<Json> => (await api.get('sys/seal-status')).body;
  const unseal = async (...shares: string[]): Promise<void> => {
    for (const key of shares) await api.must('PUT', 'sys/unseal', { key });
  };

  it('answer before the initialisation', async () => {
    expect((await api.get('sys/init')).body).toEqual({ initialized: false });
    const { status: code, body } = await api.get('sys/health');
    expect(code).toBe(501);
    expect(body).toMatchObject({
      initialized: false,
      sealed: true,
      replication_performance_mode: 'unknown',
      replication_dr_mode: 'unknown',
    });
    expect(await status()).toMatchObject({ type: 'shamir', initialized: false, sealed: true, t: 0, n: 0, progress: 0 });
    expect((await api.get('sys/health?uninitcode=299')).status).toBe(299);
    expect((await api.get('sys/mounts')).status).toBe(503);
  });

  it('initialise once, with shares of a sensible number', async () => {
    expect(await api.post('sys/init', { secret_shares: 2, secret_threshold: 3 })).toMatchObject({
      status: 400,
      body: { errors: ['invalid seal configuration: threshold cannot be larger than shares'] },
    });
    const { body } = await api.request('PUT', 'sys/init', { secret_shares: 3, secret_threshold: 2 });
    expect(body).toEqual({
      keys: expect.any(Array),
      keys_base64: expect.any(Array),
      root_token: expect.stringMatching(/^hvs\.[A-Za-z0-9]{24}$/),
    });
    ({ keys } = body);
    expect(keys.map((key) => Buffer.from(key, 'hex').toString('base64'))).toEqual(body.keys_base64);
    expect(keys).toHaveLength(3);
    root = api.as(body.root_token);
    expect(await api.post('sys/init', {})).toMatchObject({
      status: 400,
      body: { errors: ['Vault is already initialized'] },
    });
  });

  it('say that the server is sealed, and serve nothing else', async () => {
    expect(await api.get('sys/health')).toMatchObject({
      status: 503,
      body: { initialized: true, sealed: true, replication_performance_mode: 'unknown' },
    });
    expect((await api.get('sys/health?sealedcode=299')).status).toBe(299);
    expect((await api.request('HEAD', 'sys/health')).status).toBe(503);
    for (const path of ['sys/init', 'sys/seal-status', 'sys/leader', 'sys/health?sealedcode=200'])
      expect([path, (await root.get(path)).status]).toEqual([path, (await api.get(path)).status]);
    for (const path of ['sys/mounts', 'secret/x', 'sys/generate-root/attempt', 'sys/rekey/init'])
      expect(await root.get(path)).toMatchObject(SEALED);
    expect((await status()).cluster_id).toBeUndefined();
  });

  it('unseal share by share, and forget the shares on request', async () => {
    expect((await api.post('sys/unseal', { key: keys[0] })).body).toMatchObject({
      sealed: true,
      t: 2,
      n: 3,
      progress: 1,
      nonce: UUID,
    });
    expect((await api.post('sys/unseal', { key: keys[0] })).body).toMatchObject({ progress: 1 });
    expect((await api.post('sys/unseal', { reset: true })).body).toMatchObject({ progress: 0, nonce: '' });
    for (const [body, text] of [
      [{}, "'key' must be specified in request body as JSON, or 'reset' set to true"],
      [{ key: 'zz!' }, "'key' must be a valid hex or base64 string"],
      [{ key: 'abcd' }, 'invalid key: key is shorter than minimum 16 bytes'],
    ])
      expect(await api.post('sys/unseal', body)).toMatchObject({ status: 400, body: { errors: [text] } });
  });

  it('refuse a wrong set of shares and start over', async () => {
    await unseal(keys[0] as string);
    const wrong = `${(keys[1] as string).slice(0, 4)}${WRONG_KEY.slice(4, 64)}${(keys[1] as string).slice(64)}`;
    expect((await api.post('sys/unseal', { key: wrong })).status).toBe(400);
    expect(await status()).toMatchObject({ sealed: true, progress: 0 });
  });

  it('are unsealed by the last share before it is answered', async () => {
    await unseal(keys[2] as string, Buffer.from(keys[0] as string, 'hex').toString('base64'));
    expect((await root.get('sys/mounts')).status).toBe(200);
    expect(await status()).toEqual({
      type: 'shamir',
      initialized: true,
      sealed: false,
      t: 2,
      n: 3,
      progress: 0,
      nonce: '',
      version: expect.stringMatching(/^1\.17\./),
      build_date: expect.any(String),
      migration: false,
      cluster_name: expect.any(String),
      cluster_id: UUID,
      recovery_seal: false,
      storage_type: 'inmem',
    });
    expect(await api.post('sys/unseal', { key: keys[0] })).toMatchObject({ status: 200, body: { sealed: false } });
    expect(await api.post('sys/unseal', { reset: true })).toMatchObject({
      status: 400,
      body: { errors: ['vault is unsealed'] },
    });
  });

  it('begin what runs by itself, and end it with the seal', async () => {
    const tasks = async (): Promise<Json[]> => (await root.must('GET', 'sys/internal/tasks')).data.tasks;
    // The store is looked at for the first time after a minute.
    const ran = () =>
      eventually('a run of each other task', async () => {
        const listed = await tasks();
        return (
          listed.every(({ path, runs, running }) => path.endsWith('self-check') || (runs > 0 && !running)) && listed
        );
      });
    const opened = [
      'reopen',
      'unsealed/active/data-key/upkeep',
      'unsealed/active/intents/undo',
      'unsealed/active/leases/sweep',
      'unsealed/active/lost-answers/give-back',
      'unsealed/active/mount-purger/purge',
      'unsealed/active/replication/recovery',
      'unsealed/active/replication/self-check',
      'unsealed/active/replication/step-down',
      'unsealed/active/unmounted-leases/retry',
      'unsealed/batch-token-keys/catch-up',
      'unsealed/root-key/ask',
    ].map((name) => `node/opened/${name}`);
    const alive = [...opened, 'node/session/acquire'];
    const listed = await ran();
    expect(listed.map(({ path }) => path).sort()).toEqual(alive);
    for (const task of listed.filter(({ runs }) => runs > 0))
      expect(task).toMatchObject({ failures: 0, last_error: '', last_run: TIME, last_duration_ms: expect.any(Number) });
    const upkeep = listed.find(({ path }) => path.endsWith('upkeep')) as Json;
    expect(upkeep.next_run_in_ms).toBeGreaterThan(0);
    expect(upkeep.next_run_in_ms).toBeLessThanOrEqual(60_000);
    expect(
      (await metricsOf(root))['tidelock_task_runs_total{task="node/opened/unsealed/active/leases/sweep"}'],
    ).toBeGreaterThan(0);
    await root.must('PUT', 'sys/seal');
    expect(await root.get('sys/internal/tasks')).toMatchObject(SEALED);
    await unseal(keys[0] as string, keys[1] as string);
    expect((await ran()).map(({ path }) => path).sort()).toEqual(alive);
    await root.must('PUT', 'sys/policies/acl/reader', {
      policy: 'path "sys/internal/tasks" { capabilities = ["read"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['reader'] });
    expect((await api.as(auth.client_token).get('sys/internal/tasks')).status).toBe(403);
  });

  it('tell health and leader without an envelope, with the code the caller wants', async () => {
    expect(await api.get('sys/health')).toMatchObject({ status: 200, body: HEALTH });
    expect(await api.request('HEAD', 'sys/health')).toMatchObject({ status: 200, text: '' });
    const go = 'standbycode=299&sealedcode=299&uninitcode=299&drsecondarycode=299&performancestandbycode=299';
    expect((await api.get(`sys/health?${go}`)).status).toBe(200);
    expect((await api.get('sys/health?activecode=234&standbyok=true&perfstandbyok=true')).status).toBe(234);
    expect((await api.get('sys/health?activecode=many')).status).toBe(400);
    expect((await api.get('sys/leader')).body).toMatchObject({ ha_enabled: false });
  });

  it('are never wrapped: they have no envelope, and who calls them may have no token', async () => {
    for (const path of ['sys/health', 'sys/seal-status', 'sys/leader', 'sys/init', 'sys/generate-root/attempt']) {
      const { status: code, body } = await api.request('GET', path, undefined, { 'X-Vault-Wrap-TTL': '60s' });
      expect(code).toBe(200);
      expect(body).not.toHaveProperty('wrap_info');
    }
  });

  it.each([
    ['POST', 'sys/health'],
    ['DELETE', 'sys/seal-status'],
    ['POST', 'sys/leader'],
    ['GET', 'sys/unseal'],
    ['DELETE', 'sys/init'],
    ['GET', 'sys/generate-root/update'],
    ['GET', 'sys/rekey/update'],
  ])('refuse %s %s with 405 and no text, whoever asks', async (method, path) => {
    for (const caller of [api, root])
      expect(await caller.request(method, path)).toMatchObject({ status: 405, body: { errors: [] } });
  });

  it('seal at the word of a token with sudo, and again without one', async () => {
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['default'] });
    expect(await root.as(auth.client_token).post('sys/seal')).toMatchObject({
      status: 403,
      body: { errors: [multi('permission denied')] },
    });
    expect(await root.request('PUT', 'sys/seal')).toMatchObject({ status: 204, text: '' });
    expect(await status()).toMatchObject({ sealed: true, t: 2, n: 3 });
    await unseal(...keys.slice(0, 2));
    expect((await root.get('sys/mounts')).status).toBe(200);
  });

  it('go on counting encryptions after a seal, and rotate the key by themselves once it is old', async () => {
    for (let write = 0; write < 20; write += 1) await root.must('POST', 'cubbyhole/mine', { write });
    const before = (await root.must('GET', 'sys/key-status')).data;
    await root.must('PUT', 'sys/seal');
    await unseal(...keys.slice(0, 2));
    expect((await root.must('GET', 'sys/key-status')).data.encryptions).toBeGreaterThanOrEqual(before.encryptions);
    await root.must('POST', 'sys/rotate/config', { interval: '24h' });
    await root.must('PUT', 'sys/seal');
    clock.runAhead(25 * 3_600_000);
    await eventually(
      'the server to see its clock',
      async () => (await api.get('sys/health')).body.server_time_utc > Date.now() / 1000 + 24 * 3600,
    );
    await unseal(...keys.slice(0, 2));
    await eventually(
      'the key to be rotated',
      async () => (await root.must('GET', 'sys/key-status')).data.term === before.term + 1,
    );
  });
});
