import { newRecipientKeyPair, recipientKeyIn } from './recipient-key';

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
