import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';

const TOKEN = 'sys/replication/performance/primary/secondary-token';
const GENERATE = 'sys/replication/performance/secondary/generate-public-key';
const ENABLE = 'sys/replication/performance/secondary/enable';
/** Nobody is there: a joiner that called the primary's API would fail. */
const NOWHERE = 'http://127.0.0.1:1';

describe('an activation that is encrypted to the secondary', () => {
  let primary: Cluster;
  let joiner: Cluster;

  beforeAll(async () => {
    const topicPrefix = newTopicPrefix('encrypted');
    const start = () => Cluster.start({ kafka: KAFKA, topicPrefix, storage: 'sqlite' });
    [primary, joiner] = await Promise.all([start(), start()]);
    await primary.enablePrimary();
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await primary.root.must('POST', 'kv/a', { value: 'of the primary' });
    await joiner.root.must('POST', 'sys/mounts/own', { type: 'kv' });
    await joiner.root.must('POST', 'own/a', { value: 'precious' });
  });
  afterAll(() => Promise.all([primary.server.stop(), joiner.server.stop()]));

  const generate = async (path = GENERATE): Promise<string> =>
    (await joiner.root.must('POST', path)).data.secondary_public_key;
  const tokenFor = async (id: string, key: string, ttl = '30m'): Promise<string> =>
    (await primary.root.must('POST', TOKEN, { id, ttl, secondary_public_key: key })).data.token;
  const enable = (token: string) => joiner.root.post(ENABLE, { token, primary_api_addr: NOWHERE });

  const refuses = async (token: string, status: number, text: string) => {
    expect(await enable(token)).toMatchObject({ status, body: { errors: [expect.stringContaining(text)] } });
    expect(await joiner.status()).toEqual({ mode: 'disabled' });
    expect((await joiner.root.get('own/a')).body.data).toEqual({ value: 'precious' });
  };

  it('answers plainly, and refuses keys that no secondary has made', async () => {
    const key = await generate('sys/replication/secondary/generate-public-key');
    const { status, body } = await primary.root.post(TOKEN, { id: 'plain', secondary_public_key: key });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      wrap_info: null,
      auth: null,
      data: { token: expect.stringMatching(/^eyJ[\w-]+(?:\.[\w-]+){4}$/) },
    });
    expect((await primary.status()).known_secondaries).toEqual(['plain']);
    for (const odd of ['x', 'e30', `${key}x`.slice(5)]) {
      expect(await primary.root.post(TOKEN, { id: 'odd', secondary_public_key: odd })).toMatchObject({
        status: 400,
        body: { errors: [expect.stringContaining('secondary_public_key is not a key')] },
      });
    }
    expect((await primary.status()).known_secondaries).toEqual(['plain']);
    expect((await primary.root.post(GENERATE)).status).toBe(400);
    expect((await joiner.anonymous.post(GENERATE)).status).toBe(403);
  });

  it('is refused, with nothing touched, when it was changed, is for another key, or has expired', async () => {
    const token = await tokenFor('changed', await generate());
    const parts = token.split('.');
    const middle = Buffer.from(parts[3] as string, 'base64url');
    middle.writeUInt8(middle.readUInt8(9) ^ 1, 9);
    await refuses(
      parts.with(3, middle.toString('base64url')).join('.'),
      400,
      'does not open under the public key that is pending',
    );
    await generate();
    await refuses(token, 400, 'does not open under the public key that is pending');
    const short = await tokenFor('short', await generate(), '1s');
    await sleep(1500);
    // Here already: the primary, which would refuse it, too, is not asked.
    await refuses(short, 400, 'error parsing secondary token: it has expired');
  });

  it('is refused by the primary when its id was revoked, and the key stays pending for the next', async () => {
    const key = await generate();
    const token = await tokenFor('revoked', key);
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'revoked' });
    await refuses(token, 400, 'its id was revoked there');
    const next = await tokenFor('us-east', key);
    expect((await enable(next)).status).toBe(200);
    joiner.adoptKeysOf(primary);
    await joiner.untilStreaming();
  });

  it("has brought the secondary in step, without a call to the primary's API", async () => {
    await joiner.generateRoot();
    await primary.root.must('POST', 'kv/b', { value: 'streamed' });
    await joiner.untilInStepWith(primary);
    for (const [path, value] of [
      ['a', 'of the primary'],
      ['b', 'streamed'],
    ]) {
      for (const { root } of [primary, joiner]) expect((await root.get(`kv/${path}`)).body.data).toEqual({ value });
    }
    expect(await joiner.status()).toMatchObject({ secondary_id: 'us-east', state: 'stream-wals' });
    // Its own key is gone with everything else that it had.
    expect((await joiner.root.get('own/a')).status).toBe(404);
  });
});
