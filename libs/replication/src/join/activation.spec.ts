import * as fc from 'fast-check';
import type { ClusterStore } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import {
  addressIn,
  dropPendingKey,
  isEncryptedActivation,
  newPendingKey,
  openEncryptedActivation,
  parsePublicKey,
} from './activation';
import type { ActivationBundle } from './bundle';
import { encryptTo } from '../keys/recipient-key';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown, header: unknown = { alg: 'ES512', typ: 'JWT' }): string =>
  `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;

const REFUSED = expect.objectContaining({
  code: 'INVALID_REQUEST',
  status: 400,
  message: expect.stringContaining('is not a replication activation token'),
});

describe('addressIn', () => {
  it("finds the primary's address in an activation token", () => {
    expect(addressIn(jwt({ addr: 'https://primary:8200', type: 'wrapping', jti: 'hvs.x' }))).toBe(
      'https://primary:8200',
    );
    expect(addressIn(jwt({ addr: 'https://primary:8200', type: 'wrapping' }, { alg: 'ES512' }))).toBe(
      'https://primary:8200',
    );
  });

  it.each([
    ['has none', {}],
    ['has an empty one', { addr: '' }],
    ['has nonsense', { addr: 5 }],
  ])('gives no address when the token %s', (_, claims) => {
    expect(addressIn(jwt({ ...claims, type: 'wrapping' }))).toBe('');
  });

  it.each([
    ['another kind of JWT', jwt({ addr: 'https://primary:8200' })],
    [
      'a JWT with another type',
      jwt({ addr: 'https://primary:8200', type: 'wrapping' }, { alg: 'ES512', typ: 'at+jwt' }),
    ],
    ['a plain wrapping token', 'hvs.CAESIJ'],
    ['an accessor', 'kEhcHnlpFkVc1bMHg8LnvZmX'],
    ['half a token', jwt({ addr: 'a', type: 'wrapping' }).slice(0, 30)],
    ['nothing', ''],
  ])('refuses %s, and says what to give instead', (_, token) => {
    expect(() => addressIn(token)).toThrow(REFUSED);
  });

  it('refuses any other text without quoting it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 8 }),
          fc
            .tuple(fc.base64String({ minLength: 8 }), fc.base64String(), fc.base64String())
            .map((parts) => parts.join('.')),
        ),
        (text) => {
          expect(() => addressIn(text)).toThrow(REFUSED);
          try {
            addressIn(text);
          } catch (error) {
            expect((error as Error).message).not.toContain(text);
          }
        },
      ),
    );
  });
});

const BUNDLE: ActivationBundle = {
  set_id: 'set',
  secondary_id: 'us-east',
  client_certificate: 'c',
  client_private_key: 'k',
  ca_certificate: 'ca',
  primary_cluster_addrs: ['https://primary:8201'],
  primary_api_addr: '',
  expires_at: 1000,
};

describe('an encrypted activation', () => {
  let store: ClusterStore;
  let now = 1000;

  beforeEach(async () => {
    [store, now] = [await newStore(), 1000];
  });
  afterEach(() => store.close());

  const generate = () => store.transact(({ local }) => newPendingKey(local));
  const tokenFor = async (key: string, bundle: unknown = BUNDLE) => encryptTo(await parsePublicKey(key), bundle);
  const open = (token: string) => openEncryptedActivation(token, { local: store.local, clock: { now: () => now } });

  it('opens under the pending key, until it has expired', async () => {
    const token = await tokenFor(await generate());
    expect(isEncryptedActivation(token)).toBe(true);
    expect(await open(token)).toEqual(BUNDLE);
    now += 1;
    await expect(open(token)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('has expired') });
  });

  it('opens under no key made later, nor once the key is used', async () => {
    const token = await tokenFor(await generate());
    const newer = await tokenFor(await generate());
    await expect(open(token)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('does not open under the public key that is pending'),
    });
    expect(await open(newer)).toEqual(BUNDLE);
    await store.transact(async ({ local }) => dropPendingKey(local));
    await expect(open(newer)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('no public key is pending'),
    });
  });

  it('opens no more when any part of it was changed, or when something else is in it', async () => {
    const key = await generate();
    const parts = (await tokenFor(key)).split('.');
    for (const [at, text] of parts.entries()) {
      const changed = Buffer.from(text, 'base64url');
      changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
      await expect(open(parts.with(at, changed.toString('base64url')).join('.'))).rejects.toMatchObject({
        status: 400,
      });
    }
    await expect(open(await tokenFor(key, { ...BUNDLE, expires_at: undefined }))).rejects.toMatchObject({
      status: 400,
    });
  });

  it('keeps the private half to itself', async () => {
    const key = JSON.parse(Buffer.from(await generate(), 'base64url').toString('utf8')) as object;
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(key).not.toHaveProperty('d');
  });

  it.each(['', 'x', 'eyJhIjoxfQ', Buffer.from('null').toString('base64url')])(
    'is made for no key like %j',
    async (text) => {
      await expect(parsePublicKey(text)).rejects.toMatchObject({
        status: 400,
        errors: [expect.stringContaining('secondary_public_key is not a key')],
      });
    },
  );
});
