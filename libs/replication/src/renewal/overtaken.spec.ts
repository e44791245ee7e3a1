import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import {
  createAuthority,
  fingerprintOf,
  issueCertificate,
  type KeyPairPem,
  newCertificateKeys,
} from '../cluster-port/certificates';
import { PrimaryUnreachable } from '../cluster-port/cluster-client';
import { REVOKED } from '../cluster-port/cluster-server';
import { readCredentials, writeCredentials } from '../membership/role-store';
import { SecondaryRegistry } from '../membership/secondary-registry';
import { newStore } from '@tidelock/stream/testing';
import { ClientRenewal } from './client-renewal';
import { answerRenewal, type RenewalQuestion } from './renewal';

const SET = 'f0f8a3a2-0000-4000-8000-000000000000';
const ID = 'us-east';
const clock = { now: () => Date.now() };
const barrier = { term: 1 };

describe('A renewal that others come between', () => {
  let primary: ClusterStore;
  let replica: ClusterStore;
  let secondaries: SecondaryRegistry;
  let first: KeyPairPem;
  /** What the secondary shows. */
  let shown: KeyPairPem;
  let isAway: boolean;

  beforeEach(async () => {
    [primary, replica] = [await newStore(), await newStore()];
    const authority = await createAuthority(SET, Date.now());
    first = await issueCertificate(authority, { name: ID, usage: 'client' }, Date.now());
    await primary.transact(async ({ local }) =>
      writeCredentials(local, { authority, identity: authority, streamKeys: [] }),
    );
    await replica.transact(async ({ local }) =>
      writeCredentials(local, { authority: { certificate: authority.certificate }, identity: first, streamKeys: [] }),
    );
    secondaries = new SecondaryRegistry(primary, silentLogger);
    await secondaries.load();
    await primary.transact(({ local }) =>
      secondaries.add(local, { id: ID, state: 'active', fingerprint: fingerprintOf(first.certificate), createdAt: 1 }),
    );
    [shown, isAway] = [first, false];
  });
  afterEach(async () => {
    secondaries.close();
    for (const store of [primary, replica]) await store.close();
  });

  const knownBy = ({ certificate }: KeyPairPem): string | undefined =>
    secondaries.recognise(fingerprintOf(certificate));
  /** A question, as the primary carries it out. */
  const asked = (question: RenewalQuestion, by: KeyPairPem) =>
    answerRenewal({ local: primary.local, barrier, clock, secondaries }, question, {
      secondaryId: ID,
      certificate: fingerprintOf(by.certificate),
    });
  const requireKnown = (): void => {
    if (isAway) throw new PrimaryUnreachable([], new Error('no answer'));
    if (knownBy(shown) === undefined) throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
  };
  const renewal = (onUse: () => Promise<unknown> = async () => undefined) => {
    let inBetween: Promise<unknown> = Promise.resolve();
    return new ClientRenewal({
      store: replica,
      barrier,
      clock,
      logger: silentLogger,
      call: async <T>(_name: string, body: unknown) => {
        requireKnown();
        return (await asked(body as RenewalQuestion, shown)) as T;
      },
      use: (identity) => {
        shown = identity;
        if (identity.certificate !== first.certificate) inBetween = onUse();
      },
      confirm: async () => {
        await inBetween;
        requireKnown();
      },
    });
  };
  const stored = async () => readCredentials(replica.local);
  const someKey = async () => (await newCertificateKeys()).publicKey;
  const late = async () => asked({ publicKey: await someKey() }, first);

  it('uses the new certificate at once: who asks later with the former one gets none', async () => {
    await renewal().renew();
    await secondaries.caughtUp();
    expect(secondaries.all()).toEqual([expect.objectContaining({ fingerprint: fingerprintOf(shown.certificate) })]);
    await expect(late()).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    expect(knownBy(shown)).toBe(ID);
    expect((await stored()).formerIdentity).toBeUndefined();
  });

  it('shows the former one again when a question was carried out late, and renews that', async () => {
    await expect(renewal(late).renew()).rejects.toThrow(/does not know the new certificate/);
    expect(shown).toEqual(first);
    expect(await stored()).toMatchObject({ identity: { certificate: first.certificate } });
    expect((await stored()).formerIdentity).toBeUndefined();
    expect(knownBy(shown)).toBe(ID);
    await renewal().renew();
    expect(shown.certificate).not.toBe(first.certificate);
    expect(knownBy(shown)).toBe(ID);
  });

  it('keeps both while no answer comes, over a restart, and finds out later which one is good', async () => {
    for (const isOvertaken of [false, true]) {
      const before = (await stored()).identity;
      await expect(renewal(async () => (isAway = true)).renew(true)).rejects.toBeInstanceOf(PrimaryUnreachable);
      expect(await stored()).toMatchObject({
        identity: { certificate: shown.certificate },
        formerIdentity: { certificate: before.certificate },
      });
      if (isOvertaken) await asked({ publicKey: await someKey() }, before);
      isAway = false;
      const restarted = renewal();
      if (isOvertaken) await expect(restarted.finish()).rejects.toThrow(/does not know the new certificate/);
      else await restarted.finish();
      expect((await stored()).formerIdentity).toBeUndefined();
      expect((await stored()).identity.certificate === before.certificate).toBe(isOvertaken);
      expect(knownBy((await stored()).identity)).toBe(ID);
    }
  });

  it('goes back once: a secondary that was revoked stays so', async () => {
    const revoke = () =>
      primary.transact(({ local }) => secondaries.revoke(local, ID)).then(() => secondaries.caughtUp());
    await expect(renewal(revoke).renew()).rejects.toThrow(/does not know the new certificate/);
    await expect(renewal().renew()).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    await renewal().finish();
    expect(shown).toEqual(first);
  });

  it.each([
    ['before', 'refused'],
    ['as', 'noted'],
  ])(
    'keeps what comes into use %s another is to be noted that was asked for with the former one; that is %s',
    async (moment, outcome) => {
      const inUse = await asked({ publicKey: await someKey() }, first);
      let isUsed = false;
      const use = (): void => {
        isUsed = secondaries.recognise(fingerprintOf(inUse.certificate)) === ID;
      };
      const stop = primary.onCommit({
        committed: () => {
          stop();
          if (moment === 'as') use();
        },
        reloaded: () => undefined,
      });
      const asking = secondaries
        .expectRenewed(ID, fingerprintOf(first.certificate), { fingerprint: 'another', term: 1 })
        .then(
          () => 'noted',
          () => 'refused',
        );
      if (moment === 'before') use();
      const told: unknown[] = [];
      for (let turn = 0; turn < 200; turn += 1) {
        if (isUsed) told.push(secondaries.all()[0]?.fingerprint);
        await new Promise(setImmediate);
      }
      expect(await asking).toBe(outcome);
      expect([...new Set(told)]).toEqual([fingerprintOf(inUse.certificate)]);
      expect(secondaries.recognise(fingerprintOf(inUse.certificate))).toBe(ID);
      for (const former of ['another', fingerprintOf(first.certificate)])
        expect(secondaries.recognise(former)).toBeUndefined();
    },
  );

  it('keeps what has come into use while the store takes no writes, over a reload: the former one stays replaced, and gets no other', async () => {
    const inUse = await asked({ publicKey: await someKey() }, first);
    const begin = jest.spyOn(primary, 'begin').mockImplementation(() => {
      throw new TidelockError('STORAGE_UNAVAILABLE');
    });
    expect(secondaries.recognise(fingerprintOf(inUse.certificate))).toBe(ID);
    await new Promise(setImmediate);
    begin.mockRestore();
    secondaries.close();
    await secondaries.load();
    expect(secondaries.recognise(fingerprintOf(first.certificate))).toBeUndefined();
    await expect(late()).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    const again = await asked({ publicKey: await someKey() }, inUse as KeyPairPem);
    expect([inUse, again].map(({ certificate }) => secondaries.recognise(fingerprintOf(certificate)))).toEqual([
      ID,
      ID,
    ]);
  });
});
