import { CompactEncrypt, importJWK } from 'jose';
import type { BootstrapSecrets } from './bundle';
import { encryptToJoiner, newJoinerKey } from './joiner-encryption';

const SECRETS: BootstrapSecrets = {
  epoch: 3,
  reignKey: 'cmVpZ24=',
  epochs: [],
  rootKey: 'cm9vdA==',
  keyring: 'a2V5cmluZw==',
  sealConfig: 'c2VhbA==',
  stream: 'full',
  streamKeys: ['c3RyZWFt@0'],
  broker: {
    brokers: ['kafka:9092'],
    topicPrefix: 'tidelock',
    sasl: { mechanism: 'plain', username: 'u', password: 'p' },
  },
};

describe('secrets for a joiner', () => {
  it('open with its key, whole', async () => {
    const key = await newJoinerKey();
    expect(await key.open(await encryptToJoiner(SECRETS, key.publicKey))).toEqual(SECRETS);
  });

  it('open with no other key', async () => {
    const [key, other] = [await newJoinerKey(), await newJoinerKey()];
    await expect(other.open(await encryptToJoiner(SECRETS, key.publicKey))).rejects.toThrow();
  });

  it('show nothing on their way', async () => {
    const key = await newJoinerKey();
    const jwe = await encryptToJoiner(SECRETS, key.publicKey);
    const plain = jwe
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join();
    for (const secret of ['cm9vdA', 'c3RyZWFt', 'kafka']) expect(jwe + plain).not.toContain(secret);
  });

  it('do not open when any part of them was changed', async () => {
    const key = await newJoinerKey();
    const parts = (await encryptToJoiner(SECRETS, key.publicKey)).split('.');
    for (const [i, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      await expect(key.open(parts.with(i, bytes.toString('base64url')).join('.'))).rejects.toThrow();
    }
  });

  it('are not taken under weaker algorithms', async () => {
    const key = await newJoinerKey();
    const weaker = await new CompactEncrypt(Buffer.from(JSON.stringify(SECRETS)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128CBC-HS256' })
      .encrypt(await importJWK(key.publicKey, 'ECDH-ES'));
    await expect(key.open(weaker)).rejects.toThrow();
  });

  it('are for one call: the private half cannot leave, and no two keys are the same', async () => {
    const [key, other] = [await newJoinerKey(), await newJoinerKey()];
    expect(key.publicKey).not.toHaveProperty('d');
    expect(key.publicKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(key.publicKey.x).not.toBe(other.publicKey.x);
  });
});
