import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';

const PRIMARY = 'sys/replication/performance/primary';
const ENABLE = 'sys/replication/performance/secondary/enable';
const NOWHERE = '127.0.0.1:1';
const NOT_REDEEMED = 'error response unwrapping secondary token; status code is 400, message is "400 Bad Request"';

/** Whatever fails of an activation, nothing of the joiner is touched, and the answer says which step it was. */
describe('the steps of an activation', () => {
  let primary: Cluster;
  let joiner: Cluster;
  const topicPrefix = newTopicPrefix('activation');
  const started: Cluster[] = [];

  const start = async (kafka = KAFKA, broker?: string): Promise<Cluster> => {
    const cluster = await Cluster.start({
      kafka,
      topicPrefix,
      storage: 'sqlite',
      ...(broker !== undefined && { broker }),
    });
    started.push(cluster);
    await cluster.root.must('POST', 'sys/mounts/own', { type: 'kv' });
    await cluster.root.must('POST', 'own/a', { value: 'precious' });
    return cluster;
  };

  beforeAll(async () => {
    [primary, joiner] = await Promise.all([start(), start()]);
    await primary.enablePrimary();
  });
  afterAll(() => Promise.all(started.map(({ server }) => server.stop())));

  const tokenOf = async (id: string, ttl = '30m', { root } = primary): Promise<string> =>
    (await root.must('POST', `${PRIMARY}/secondary-token`, { id, ttl })).wrap_info.token;

  async function stops(
    answer: Promise<ApiAnswer>,
    status: number,
    text: string,
    step: string,
    cluster = joiner,
  ): Promise<string> {
    const { status: found, body } = await answer;
    expect({ status: found, body }).toEqual({ status, body: { errors: [expect.stringContaining(text)] } });
    const [error] = body.errors as [string];
    expect(error).toContain(`activation stopped at step ${step}, nothing was changed here: `);
    expect(await cluster.status()).toEqual({ mode: 'disabled' });
    expect((await cluster.root.get('own/a')).body.data).toEqual({ value: 'precious' });
    return error;
  }
  const enable = (token: string, more: object = {}) => joiner.root.post(ENABLE, { token, ...more });

  it('address and TLS', async () => {
    const token = await tokenOf('address');
    await stops(
      enable(token, { primary_api_addr: `http://${NOWHERE}` }),
      502,
      `Post "http://${NOWHERE}/v1/sys/wrapping/unwrap"`,
      `"address" (tried http://${NOWHERE})`,
    );
    const untrusted = `https://127.0.0.1:${primary.server.clusterPort}`;
    expect(
      await stops(
        enable(token, { primary_api_addr: untrusted }),
        502,
        `Post "${untrusted}/v1/sys/wrapping/unwrap"`,
        `"TLS" (tried ${untrusted})`,
      ),
    ).toContain('ca_file');
  });

  it('token: changed in any part, used, expired, or of another primary', async () => {
    const token = await tokenOf('token');
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const told = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, unknown>;
    const claiming = (change: object) => Buffer.from(JSON.stringify({ ...told, ...change })).toString('base64url');
    const elsewhere = primary.server.address.replace('127.0.0.1', 'localhost');
    const step = `"token" (tried ${primary.server.address})`;
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await stops(enable(`${header}.${claims}.${flipped}`), 400, NOT_REDEEMED, step);
    await stops(enable(`${header}.${claiming({ exp: 4e9 })}.${signature}`), 400, NOT_REDEEMED, step);
    await stops(
      enable(`${header}.${claiming({ addr: elsewhere })}.${signature}`),
      400,
      NOT_REDEEMED,
      `"token" (tried ${elsewhere})`,
    );
    await stops(
      enable(`${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`),
      400,
      NOT_REDEEMED,
      step,
    );
    // None of that has used it up; this does.
    await primary.anonymous.must('POST', 'sys/wrapping/unwrap', { token });
    await stops(enable(token), 400, NOT_REDEEMED, step);
    const short = await tokenOf('short', '1s');
    await sleep(1500);
    await stops(enable(short), 400, NOT_REDEEMED, step);
    const other = await start();
    await other.enablePrimary();
    await stops(
      enable(await tokenOf('foreign', '30m', other), { primary_api_addr: primary.server.address }),
      400,
      NOT_REDEEMED,
      step,
    );
  });

  it('cluster address', async () => {
    await primary.root.must('POST', `${PRIMARY}/enable`, { primary_cluster_addr: `https://${NOWHERE}` });
    const error = await stops(
      enable(await tokenOf('cluster-address')),
      400,
      'cannot be reached',
      `"cluster address" (tried https://${NOWHERE})`,
    );
    expect(error).toContain('revoke "cluster-address" at the primary');
    await primary.root.must('POST', `${PRIMARY}/enable`, {});
  });

  it('broker: found before the token is used up', async () => {
    const astray = await start(NOWHERE);
    const token = await tokenOf('broker');
    await stops(
      astray.root.post(ENABLE, { token }),
      400,
      'the broker cannot be reached',
      `"broker" (tried ${NOWHERE})`,
      astray,
    );
    await stops(
      astray.root.post(ENABLE, { token, dry_run: true }),
      400,
      'the broker cannot be reached',
      `"broker" (tried ${NOWHERE})`,
      astray,
    );
    expect((await joiner.root.post(ENABLE, { token, dry_run: true })).status).toBe(200);
  });

  it('broker: of the activation, where the joiner has none', async () => {
    const [mute, bare] = [await start(NOWHERE), await start(KAFKA, '')];
    await mute.enablePrimary();
    const token = await tokenOf('bare', '30m', mute);
    for (const more of [{ dry_run: true }, {}])
      expect(
        await stops(
          bare.root.post(ENABLE, { token, ...more }),
          400,
          'the broker cannot be reached',
          `"broker" (tried ${NOWHERE})`,
          bare,
        ),
      ).toContain('the token was not used');
    const states = (await mute.status()).known_secondary_states;
    expect(states).toEqual({ bare: 'pending' });
  });

  it('topic', async () => {
    const mute = await start(NOWHERE);
    await mute.enablePrimary();
    const token = await tokenOf('topic', '30m', mute);
    const topic = `${topicPrefix}.${(await mute.status()).cluster_id}.stream`;
    await stops(enable(token), 400, `the topic ${topic} cannot be read`, `"topic" (tried ${KAFKA})`);
  });

  it('tells beforehand what would be wiped, and then does it with the same token', async () => {
    await joiner.root.must('POST', 'sys/mounts/here', { type: 'kv', local: true });
    const { auth } = await joiner.root.must('POST', 'auth/token/create', { policies: ['default'] });
    const token = await tokenOf('us-east');
    for (const path of [ENABLE, `${ENABLE}?dry_run=true`]) {
      const { data } = await joiner.root.must('POST', path, { token, dry_run: true });
      expect(data).toMatchObject({
        would: expect.stringContaining(primary.server.address),
        wiped: { leases: 0 },
        wiped_store: 'set aside',
      });
      expect(data.wiped.mounts).toEqual(expect.arrayContaining(['own/', 'sys/', 'auth/token/']));
      expect(data.wiped.local_mounts).toEqual(expect.arrayContaining(['here/', 'cubbyhole/']));
      expect(data.wiped.tokens).toBeGreaterThanOrEqual(2);
    }
    expect((await joiner.root.as(auth.client_token).get('auth/token/lookup-self')).status).toBe(200);
    await stops(
      joiner.root.post(ENABLE, { token: `${token}x`, dry_run: true }),
      400,
      NOT_REDEEMED,
      `"token" (tried ${primary.server.address})`,
    );
    expect((await enable(token)).status).toBe(200);
    joiner.adoptKeysOf(primary);
    await joiner.untilStreaming();
    await joiner.untilInStepWith(primary);
    await joiner.generateRoot();
    for (const { root } of [primary, joiner])
      expect((await root.get('own/a')).body.data).toEqual({ value: 'precious' });
    expect((await joiner.root.get('here/a')).status).toBe(404);
  });
});
