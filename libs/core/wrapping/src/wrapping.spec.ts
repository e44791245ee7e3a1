import { createPublicKey, randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import { scopeOf } from '@tidelock/core/scope';
import { TokenStore } from '@tidelock/core/tokens';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, openStore, type UnitOfWork } from '@tidelock/store';
import { decodeJwt, jwtVerify } from 'jose';
import { Wrapping, type WrapOrder } from './wrapping';

const NOW = 1_700_000_000_000;
const HERE = { remoteAddress: '127.0.0.1', remotePort: 4000 };
const ENVELOPE = '{"request_id":"1","data":{"price":1.50,"big":12345678901234567890}}';
const order: WrapOrder = { envelopeText: ENVELOPE, ttlSeconds: 60, creationPath: 'secret/data/app', now: NOW };
const GONE = { status: 400, message: 'wrapping token is not valid or does not exist' };

describe('Wrapping', () => {
  let store: ClusterStore;
  let tokens: TokenStore;
  let wrapping: Wrapping;

  beforeEach(async () => {
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    tokens = new TokenStore(store, barrier, () => []);
    wrapping = new Wrapping(tokens, 'https://primary:8200');
  });

  afterEach(() => store.close());

  async function committed<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const unit = store.begin();
    const result = await work(unit);
    if (!unit.isEmpty) await unit.commit();
    return result;
  }

  const wrap = (more: Partial<WrapOrder> = {}) => committed((unit) => wrapping.wrap(unit, { ...order, ...more }));
  const unwrap = (token: string, now = NOW) => committed((unit) => wrapping.unwrap(scopeOf(unit), token, now));
  const lookup = (token: string, now = NOW) => committed((unit) => wrapping.lookup(scopeOf(unit), token, now));
  const rewrap = (token: string, now = NOW) => committed((unit) => wrapping.rewrap(scopeOf(unit), token, now));

  it('hands over the very text that was wrapped, once', async () => {
    const info = await wrap({ wrappedAccessor: 'acc' });
    expect(info).toEqual({
      token: expect.stringMatching(/^hvs\.[A-Za-z0-9]{24}$/),
      accessor: expect.stringMatching(/^[A-Za-z0-9]{24}$/),
      ttl: 60,
      creation_time: '2023-11-14T22:13:20.000000000Z',
      creation_path: 'secret/data/app',
      wrapped_accessor: 'acc',
    });
    expect(await unwrap(info.token)).toBe(ENVELOPE);
    await expect(unwrap(info.token)).rejects.toMatchObject(GONE);
    expect([await store.local.count('token'), await store.local.keys('token-data/')]).toEqual([0, []]);
  });

  it('gives it to one of two who come at the same time', async () => {
    const { token } = await wrap();
    const results = await Promise.allSettled([unwrap(token), unwrap(token)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(unwrap(token)).rejects.toMatchObject(GONE);
  });

  it('ends with its life, and after a look it is still there', async () => {
    const { token } = await wrap();
    const facts = { creationPath: 'secret/data/app', creationTime: NOW, creationTtlSeconds: 60 };
    expect(await lookup(token)).toEqual(facts);
    expect(await lookup(token, NOW + 59_000)).toEqual(facts);
    await expect(lookup(token, NOW + 60_000)).rejects.toMatchObject(GONE);
    await expect(unwrap(token, NOW + 60_000)).rejects.toMatchObject(GONE);
  });

  it('moves to a new token with the same life, and the old one is dead', async () => {
    const old = await wrap({ wrappedAccessor: 'acc' });
    const renewed = await rewrap(old.token, NOW + 30_000);
    expect(renewed).toMatchObject({ ttl: 60, creation_path: 'secret/data/app', wrapped_accessor: 'acc' });
    await expect(unwrap(old.token)).rejects.toMatchObject(GONE);
    expect(await unwrap(renewed.token, NOW + 80_000)).toBe(ENVELOPE);
  });

  it('keeps an answer without a body', async () => {
    expect(await unwrap((await wrap({ envelopeText: '' })).token)).toBe('');
  });

  it('takes nothing but its own tokens', async () => {
    const { clientToken } = await committed((unit) => tokens.createRoot(unit, NOW));
    for (const token of [clientToken, 'hvs.nobody', 'eyJ', 'eyJhbGciOiJFUzUxMiJ9.e30.x'])
      await expect(unwrap(token)).rejects.toMatchObject(GONE);
    await expect(unwrap('')).rejects.toMatchObject({
      status: 403,
      message: 'error validating wrapping token: token is empty',
    });
    expect(await tokens.authenticate(clientToken, HERE, NOW)).toBeDefined();
  });

  it('is no credential for anything else', async () => {
    const { token } = await wrap();
    expect(await tokens.authenticate(token, HERE, NOW)).toBeUndefined();
  });

  it('comes as a JWT when asked for, signed with the key that is published', async () => {
    const info = await wrap({ format: 'jwt', claims: { brokers: ['kafka:9092'], jti: 'no other token' } });
    const { x, y, curve } = await committed((unit) => wrapping.publicKey(scopeOf(unit)));
    expect(curve).toBe('P-521');
    const coordinate = (decimal: string) =>
      Buffer.from(BigInt(decimal).toString(16).padStart(132, '0'), 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'EC', crv: curve, x: coordinate(x), y: coordinate(y) }, format: 'jwk' });
    const { payload, protectedHeader } = await jwtVerify(info.token, key, { currentDate: new Date(NOW) });
    expect(protectedHeader).toMatchObject({ alg: 'ES512' });
    expect(payload).toEqual({
      accessor: info.accessor,
      addr: 'https://primary:8200',
      brokers: ['kafka:9092'],
      exp: NOW / 1000 + 60,
      iat: NOW / 1000,
      jti: expect.stringMatching(/^hvs\./),
      nbf: NOW / 1000 - 5,
      type: 'wrapping',
    });
    expect(await lookup(info.token)).toMatchObject({ creationTtlSeconds: 60 });
    const again = await rewrap(info.token);
    expect(decodeJwt(again.token)).toMatchObject({ brokers: ['kafka:9092'] });
    expect(await unwrap(again.token)).toBe(ENVELOPE);
  });

  it('has one signing key, replicated; a secondary that has none yet does not invent one', async () => {
    store.guardReplicatedWrites(() => {
      throw new TidelockError('READ_ONLY_REPLICA');
    });
    await expect(wrap({ format: 'jwt' })).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    store.guardReplicatedWrites(() => {});
    await wrap({ format: 'jwt' });
    const before = await store.replicated.get('core/wrapping-key');
    await wrap({ format: 'jwt' });
    expect(await store.replicated.get('core/wrapping-key')).toEqual(before);
  });
});
