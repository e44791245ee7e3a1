import { randomBytes } from 'node:crypto';
import { newRecipientKeyPair } from './recipient-key';
import { answerSetKeys, askForSetKeys, type SetKeysQuestion } from './set-keys';

describe('the set\'s keys on the cluster port', () => {
  const rootKey = randomBytes(32);
  const primary = { barrier: { rootKey } };

  it('are sealed to a key that is made for the call, and open for nobody else', async () => {
    const seen: { question: SetKeysQuestion; jwe: string }[] = [];
    const call = async <T>(name: string, body: unknown): Promise<T> => {
      expect(name).toBe('set-keys');
      const question = body as SetKeysQuestion;
      const answer = await answerSetKeys(primary, question);
      seen.push({ question, jwe: answer.jwe });
      return answer as T;
    };
    for (let turn = 0; turn < 2; turn += 1) expect(await askForSetKeys(call)).toEqual({ rootKey: rootKey.toString('base64') });
    expect(seen[0]?.question.publicKey.x).not.toBe(seen[1]?.question.publicKey.x);
    expect(seen[0]?.question.publicKey).not.toHaveProperty('d');
    await expect(askForSetKeys(async <T>() => ({ jwe: seen[0]?.jwe }) as T)).rejects.toThrow();
  });

  it('are given to no other kind of key', async () => {
    const { privateKey } = await newRecipientKeyPair();
    for (const question of [null, {}, { publicKey: privateKey }, { publicKey: { kty: 'oct', k: 'AAAA' } }]) {
      await expect(answerSetKeys(primary, question as SetKeysQuestion)).rejects.toMatchObject({ status: 400 });
    }
  });
});
