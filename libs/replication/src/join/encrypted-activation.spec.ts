import type { ClusterStore } from '@tidelock/store';
import { encryptTo } from '../keys/recipient-key';
import { newStore } from '@tidelock/stream/testing';
import type { ActivationBundle } from './bundle';
import { isEncryptedActivation, openEncryptedActivation } from './encrypted-activation';
import { dropPendingKey, newPendingKey, parsePublicKey } from './pending-key';

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
