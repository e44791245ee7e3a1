import { freePorts } from '@tidelock/dev-kafka';
import { encryptTo, newRecipientKeyPair } from '../keys/recipient-key';
import { requireOwnKey } from '../set-members/member';
import { publicKeyOf } from '../membership/own-member';
import type { BootstrapQuestion } from './bundle';
import { admissionFrom, inspectActivation } from './joiner';
import { ask, BROKER, giveSecrets, joinerWith, primary, SECRETS, SET, tokenFor } from './joiner.testing';

describe('admissionFrom', () => {
  it("unwraps the token where the token says, and comes back with the set's secrets", async () => {
    const bundle = await primary();
    const { parts, orders } = joinerWith(bundle);
    const token = tokenFor('https://primary:8200');
    expect(await admissionFrom(parts, { token, caFile: '/ca.pem' })).toEqual({
      bundle,
      secrets: SECRETS,
      rotationPrivateKey: expect.objectContaining({ kty: 'EC', d: expect.any(String) as string }) as unknown,
      member: { id: 'us-east', key: expect.any(String) as string },
    });
    expect(orders).toEqual([{ address: 'https://primary:8200', token, caFile: '/ca.pem' }]);
  });

  it('takes a token that was made under the old name of its path', async () => {
    const { parts } = joinerWith(await primary());
    parts.host.lookUp = async () => 'sys/replication/primary/secondary-token';
    expect(await inspectActivation(parts, { token: tokenFor('https://primary:8200') })).toMatchObject({
      primary: 'https://primary:8200',
    });
    expect((await admissionFrom(parts, { token: tokenFor('a') })).secrets).toEqual(SECRETS);
  });

  it('unwraps where the operator says, whatever the token says', async () => {
    const { parts, orders } = joinerWith(await primary());
    await admissionFrom(parts, { token: 'hvs.plain', primaryApiAddr: 'https://other:8200' });
    expect(orders).toEqual([{ address: 'https://other:8200', token: 'hvs.plain' }]);
  });

  it('shows the primary a key made for this call, whether it is in development, and who it is at the broker', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    await admissionFrom(joinerWith(bundle, { development: true }).parts, { token: tokenFor('a') });
    await admissionFrom(joinerWith(bundle, { broker: BROKER }).parts, { token: tokenFor('a') });
    expect(questions.map(({ development }) => development)).toEqual([true, false]);
    expect(questions.map(({ broker }) => broker)).toEqual([undefined, { principal: 'User:us-east' }]);
    expect(questions[0]?.publicKey).not.toEqual(questions[1]?.publicKey);
    expect(questions[0]?.publicKey).not.toHaveProperty('d');
    expect(questions[0]?.rotationKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(questions[0]?.rotationKey).not.toHaveProperty('d');
  });

  it('registers a key to sign with, which is its own, and the same again when it stays in its set', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    const { parts } = joinerWith(bundle);
    const { member } = await admissionFrom(parts, { token: tokenFor('a') });
    const rows: Record<string, unknown> = {
      replication: { setId: SET },
      'replication/credentials': { member: { id: 'former', key: member.key } },
    };
    const local = { row: async (_: string, key: string) => ({ value: Buffer.from(JSON.stringify(rows[key])) }) };
    expect((await admissionFrom({ ...parts, store: { local } } as never, { token: tokenFor('a') })).member).toEqual(
      member,
    );
    rows['replication'] = { setId: 'another' };
    expect(
      (await admissionFrom({ ...parts, store: { local } } as never, { token: tokenFor('a') })).member.key,
    ).not.toBe(member.key);
    const admitted = { id: 'us-east', authority: bundle.ca_certificate };
    const [first, second, third] = questions.map((question) => requireOwnKey(question, SET, admitted));
    expect(first).toBe(publicKeyOf(member.key));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('registers the key that an encrypted activation was encrypted to, each time that it is tried', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    const { publicKey, privateKey } = await newRecipientKeyPair();
    const { parts } = joinerWith(undefined);
    Object.assign(parts, {
      store: { local: { row: async () => ({ value: Buffer.from(JSON.stringify(privateKey)) }) } },
    });
    const token = await encryptTo(publicKey, bundle);
    const admissions = [await admissionFrom(parts, { token }), await admissionFrom(parts, { token })];
    expect(questions.map(({ rotationKey }) => rotationKey)).toEqual([publicKey, publicKey]);
    expect(admissions.map(({ rotationPrivateKey }) => rotationPrivateKey)).toEqual([privateKey, privateKey]);
  });

  it("tries the primary's other addresses", async () => {
    const bundle = await primary();
    const nobody = `https://127.0.0.1:${(await freePorts(1))[0]}`;
    expect(
      (await ask({ ...bundle, primary_cluster_addrs: [nobody, ...bundle.primary_cluster_addrs] })).secrets,
    ).toEqual(SECRETS);
  });

  it("tries the broker and the topic that it would follow: its own broker, the primary's topic", async () => {
    const bundle = await primary();
    const topic = [`tidelock.${SET}.stream`, `tidelock.${SET}.us-east`];
    const carried = joinerWith(bundle);
    await admissionFrom(carried.parts, { token: tokenFor('a') });
    expect(carried.tried).toEqual([SECRETS.broker, [SECRETS.broker, ...topic]]);
    const own = joinerWith(bundle, { broker: BROKER });
    await admissionFrom(own.parts, { token: tokenFor('a') });
    expect(own.tried).toEqual([BROKER, BROKER, [BROKER, ...topic]]);
  });

  it.each([
    ['its own broker', { broker: BROKER }, [BROKER]],
    ['where the activation names one', {}, [['kafka:9092']]],
  ])('tries %s beforehand, without using the token up', async (_, more, tried) => {
    const joiner = joinerWith(await primary(), more);
    await inspectActivation(joiner.parts, { token: tokenFor('a', { brokers: ['kafka:9092'] }) });
    expect([joiner.tried, joiner.orders]).toEqual([tried, []]);
  });
});
