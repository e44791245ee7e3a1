import { CompactEncrypt, importJWK } from 'jose';
import { decryptWith, encryptTo, newRecipientKeyPair, recipientKeyIn } from './recipient-key';

describe('recipientKeyIn', () => {
  it('takes the public half of a pair, and only what belongs to it', async () => {
    const { publicKey } = await newRecipientKeyPair();
    expect(await recipientKeyIn({ ...publicKey, alg: 'none', kid: 'x' })).toEqual(publicKey);
  });

  it('refuses whatever else there may be', async () => {
    const { publicKey, privateKey } = await newRecipientKeyPair();
    for (const odd of [
      undefined,
      null,
      'text',
      5,
      {},
      privateKey,
      { ...publicKey, crv: 'P-384' },
      { ...publicKey, x: 'AAAA' },
      { kty: 'oct', k: 'AAAA' },
    ]) {
      await expect(recipientKeyIn(odd)).rejects.toMatchObject({ status: 400 });
    }
  });
});

describe('what is encrypted to a key', () => {
  const SECRETS = { rootKey: 'cm9vdA==', streamKeys: ['c3RyZWFt@0'], broker: { brokers: ['kafka:9092'] } };

  it('opens with that key, whole', async () => {
    const { publicKey, privateKey } = await newRecipientKeyPair();
    expect(await decryptWith(privateKey, await encryptTo(publicKey, SECRETS))).toEqual(SECRETS);
  });

  it('opens with no other key', async () => {
    const [{ publicKey }, other] = [await newRecipientKeyPair(), await newRecipientKeyPair()];
    await expect(decryptWith(other.privateKey, await encryptTo(publicKey, SECRETS))).rejects.toThrow();
  });

  it('shows nothing on its way', async () => {
    const { publicKey } = await newRecipientKeyPair();
    const jwe = await encryptTo(publicKey, SECRETS);
    const plain = jwe
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join();
    for (const secret of ['cm9vdA', 'c3RyZWFt', 'kafka']) expect(jwe + plain).not.toContain(secret);
  });

  it('does not open when any part of it was changed', async () => {
    const { publicKey, privateKey } = await newRecipientKeyPair();
    const parts = (await encryptTo(publicKey, SECRETS)).split('.');
    for (const [i, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      await expect(decryptWith(privateKey, parts.with(i, bytes.toString('base64url')).join('.'))).rejects.toThrow();
    }
  });

  it('is not taken under weaker algorithms', async () => {
    const { publicKey, privateKey } = await newRecipientKeyPair();
    const weaker = await new CompactEncrypt(Buffer.from(JSON.stringify(SECRETS)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128CBC-HS256' })
      .encrypt(await importJWK(publicKey, 'ECDH-ES'));
    await expect(decryptWith(privateKey, weaker)).rejects.toThrow();
  });

  it('is for one key: no two are the same, and the private half is in none that is given out', async () => {
    const [key, other] = [await newRecipientKeyPair(), await newRecipientKeyPair()];
    expect(key.publicKey).not.toHaveProperty('d');
    expect(key.publicKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(key.publicKey.x).not.toBe(other.publicKey.x);
  });
});
