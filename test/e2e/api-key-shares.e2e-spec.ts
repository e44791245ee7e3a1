import { Api } from '../harness/api';
import { TIME, UUID } from '../harness/expectations';
import { ServerProcess } from '../harness/server-process';
import { KAFKA, newTopicPrefix } from '../harness/services';

describe('the shares of the root key', () => {
  let server: ServerProcess;
  let api: Api;
  let root: Api;
  let keys: string[];

  beforeAll(async () => {
    server = await ServerProcess.start({
      config: `storage "inmem" {}\nbroker "kafka" { brokers = ["${KAFKA}"] topic_prefix = "${newTopicPrefix('api-key-shares')}" }`,
    });
    api = new Api(server.address);
    const made = await api.must('PUT', 'sys/init', { secret_shares: 3, secret_threshold: 2 });
    ({ keys } = made as { keys: string[] });
    root = api.as(made.root_token);
    for (const key of keys.slice(0, 2)) await api.must('PUT', 'sys/unseal', { key });
  });
  afterAll(() => server.stop());

  it('make a root token of the shares, with a password that is shown once', async () => {
    const idle = {
      nonce: '',
      started: false,
      progress: 0,
      required: 2,
      complete: false,
      encoded_token: '',
      encoded_root_token: '',
      pgp_fingerprint: '',
      otp: '',
      otp_length: 28,
    };
    expect((await api.get('sys/generate-root/attempt')).body).toEqual(idle);
    expect(await api.post('sys/generate-root/attempt', { otp: 'short' })).toMatchObject({
      status: 400,
      body: { errors: ['OTP string is wrong length'] },
    });
    const { body: begun } = await api.request('PUT', 'sys/generate-root/attempt', {});
    expect(begun).toEqual({ ...idle, nonce: UUID, started: true, otp: expect.stringMatching(/^.{28}$/) });
    expect((await api.get('sys/generate-root/attempt')).body).toEqual({ ...begun, otp: '' });
    const { nonce, otp } = begun;
    for (const [body, text] of [
      [{}, "'key' must be specified in request body as JSON"],
      [
        { key: keys[0], nonce: 'other' },
        `incorrect nonce supplied; nonce for this root generation operation is "${nonce}"`,
      ],
    ])
      expect(await api.post('sys/generate-root/update', body)).toMatchObject({ status: 400, body: { errors: [text] } });
    expect(await api.post('sys/generate-root/attempt', {})).toMatchObject({
      status: 400,
      body: { errors: ['root generation already in progress'] },
    });
    expect((await api.post('sys/generate-root/update', { key: keys[0], nonce })).body).toMatchObject({
      progress: 1,
      complete: false,
    });
    expect(await api.post('sys/generate-root/update', { key: keys[0], nonce })).toMatchObject({
      status: 400,
      body: { errors: ['given key has already been provided during this generation operation'] },
    });
    expect(await api.post('sys/generate-root/update', { key: 'ab'.repeat(33), nonce })).toMatchObject({
      status: 400,
      body: { errors: [expect.stringMatching(/^invalid key: /)] },
    });
    expect(await api.delete('sys/generate-root/attempt')).toMatchObject({
      status: 400,
      body: { errors: [expect.stringContaining('nonce')] },
    });
    const { body: done } = await api.post('sys/generate-root/update', { key: keys[1], nonce });
    expect(done).toMatchObject({
      complete: true,
      progress: 2,
      encoded_token: expect.stringMatching(/^[A-Za-z0-9+/]+$/),
    });
    const { data } = await api.must('PUT', 'sys/decode-token', { encoded_token: done.encoded_token, otp });
    const byHand = Buffer.from(
      Buffer.from(done.encoded_token, 'base64').map((byte, at) => byte ^ otp.charCodeAt(at)),
    ).toString();
    expect(data).toEqual({ token: byHand });
    expect((await api.as(byHand).get('auth/token/lookup-self')).body.data.policies).toEqual(['root']);
    expect(await api.post('sys/generate-root/update', { key: keys[0], nonce })).toMatchObject({
      status: 400,
      body: { errors: ['no root generation in progress'] },
    });
    for (let twice = 0; twice < 2; twice += 1) expect((await api.delete('sys/generate-root/attempt')).status).toBe(204);
  });

  it('are held up by nobody: a token with sudo displaces and cancels what was begun without one', async () => {
    for (const path of ['sys/generate-root/attempt', 'sys/rekey/init']) {
      const order = { secret_shares: 1, secret_threshold: 1 };
      const { nonce } = await api.must('PUT', path, order);
      const mine = await root.must('PUT', path, order);
      expect(mine).toMatchObject({ started: true, nonce: UUID });
      expect(mine.nonce).not.toBe(nonce);
      expect(await api.delete(`${path}?nonce=${mine.nonce}`)).toMatchObject({
        status: 400,
        body: { errors: [expect.stringContaining('sudo')] },
      });
      expect((await root.delete(path)).status).toBe(204);
      expect((await api.get(path)).body.started).toBe(false);
    }
  });

  it('make new shares of the old ones', async () => {
    const idle = (await api.get('sys/rekey/init')).body;
    expect(idle).toEqual({
      nonce: '',
      started: false,
      t: 0,
      n: 0,
      progress: 0,
      required: 2,
      pgp_fingerprints: null,
      backup: false,
      verification_required: false,
    });
    expect(await api.post('sys/rekey/update', { key: keys[0], nonce: 'x' })).toMatchObject({
      status: 400,
      body: { errors: ['no barrier rekey in progress'] },
    });
    expect(await api.get('sys/rekey/verify')).toMatchObject({
      status: 400,
      body: { errors: ['no rekey configuration found'] },
    });
    expect((await api.post('sys/rekey/init', { secret_shares: 1, secret_threshold: 2 })).body.errors).toEqual([
      'invalid rekey seal configuration: threshold cannot be larger than shares',
    ]);
    const { body: begun } = await api.request('PUT', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 });
    expect(begun).toEqual({ ...idle, nonce: UUID, started: true, t: 1, n: 1 });
    const { nonce } = begun;
    expect(await api.post('sys/rekey/init', { secret_shares: 1, secret_threshold: 1 })).toMatchObject({
      status: 400,
      body: { errors: ['rekey already in progress'] },
    });
    expect((await api.post('sys/rekey/update', { key: keys[0], nonce: 'x' })).body.errors).toEqual([
      `incorrect nonce supplied; nonce for this rekey operation is "${nonce}"`,
    ]);
    expect((await api.post('sys/rekey/update', { key: keys[0], nonce })).body).toMatchObject({
      progress: 1,
      started: true,
    });
    const { body: done } = await api.post('sys/rekey/update', { key: keys[1], nonce });
    expect(done).toEqual({
      nonce,
      complete: true,
      keys: [expect.any(String)],
      keys_base64: [expect.any(String)],
      pgp_fingerprints: null,
      backup: false,
      verification_required: false,
    });
    expect(await root.get('sys/rekey/backup')).toMatchObject({ status: 404, body: { errors: [] } });
    expect((await api.delete('sys/rekey/init')).status).toBe(204);
    keys = done.keys;
  });

  it('rotate the key and tell which it is', async () => {
    const before = (await root.get('sys/key-status')).body;
    // Each rekey before has made a new data key, too.
    const { term } = before;
    expect(before).toMatchObject({
      term: expect.any(Number),
      install_time: TIME,
      encryptions: expect.any(Number),
      data: { term, install_time: TIME },
    });
    expect(await root.request('PUT', 'sys/rotate')).toMatchObject({ status: 204, text: '' });
    expect((await root.get('sys/key-status')).body.data.term).toBe(term + 1);
    expect((await root.get('sys/rotate/config')).body.data).toEqual({
      enabled: true,
      interval: 0,
      max_operations: 3865470566,
    });
    expect(await api.post('sys/rotate')).toMatchObject({ status: 403, body: { errors: ['permission denied'] } });
  });
});
