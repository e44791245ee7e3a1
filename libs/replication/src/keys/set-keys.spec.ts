import { randomBytes } from 'node:crypto';
import { newRecipientKeyPair } from './recipient-key';
import { answerSetKeys, askForSetKeys, type SetKeysQuestion } from './set-keys';

describe("the set's keys on the cluster port", () => {
  const rootKey = randomBytes(32);
  const primary = { barrier: { rootKey, term: 3 }, isRenewed: () => true, batchTokenKey: undefined };
  const renew = jest.fn(async () => undefined);
  beforeEach(() => renew.mockClear());

  it('are sealed to a key that is made for the call, and open for nobody else', async () => {
    const seen: { question: SetKeysQuestion; jwe: string }[] = [];
    const call = async <T>(name: string, body: unknown): Promise<T> => {
      expect(name).toBe('set-keys');
      const question = body as SetKeysQuestion;
      const answer = await answerSetKeys(primary, question);
      seen.push({ question, jwe: answer.jwe });
      return answer as T;
    };
    for (let turn = 0; turn < 2; turn += 1)
      expect(await askForSetKeys({ call, renew })).toEqual({ rootKey: rootKey.toString('base64') });
    expect(seen[0]?.question.publicKey.x).not.toBe(seen[1]?.question.publicKey.x);
    expect(seen[0]?.question.publicKey).not.toHaveProperty('d');
    await expect(askForSetKeys({ call: async <T>() => ({ jwe: seen[0]?.jwe }) as T, renew })).rejects.toThrow();
    expect(renew).not.toHaveBeenCalled();
  });

  it('are given over a certificate that is as new as they are, which the secondary gets first', async () => {
    let term = 2;
    const isRenewed = (needed: number): boolean => term >= needed;
    const call = async <T>(_: string, body: unknown): Promise<T> =>
      (await answerSetKeys({ ...primary, isRenewed }, body)) as T;
    renew.mockImplementationOnce(async () => {
      term = 3;
      return undefined;
    });
    expect(await askForSetKeys({ call, renew })).toEqual({ rootKey: rootKey.toString('base64') });
    expect(await askForSetKeys({ call, renew })).toEqual({ rootKey: rootKey.toString('base64') });
    expect(renew).toHaveBeenCalledTimes(1);
    term = 2;
    await expect(askForSetKeys({ call, renew })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('has to be renewed first'),
    });
  });

  it('are given to no other kind of key', async () => {
    const { privateKey } = await newRecipientKeyPair();
    for (const question of [null, {}, { publicKey: privateKey }, { publicKey: { kty: 'oct', k: 'AAAA' } }]) {
      await expect(answerSetKeys(primary, question)).rejects.toMatchObject({ status: 400 });
    }
  });
});
