import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { connect } from 'node:tls';
import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import {
  createAuthority,
  fingerprintOf,
  issueCertificate,
  type KeyPairPem,
  newCertificateKeys,
  serverNameOf,
} from '../cluster-port/certificates';
import { ClusterClient } from '../cluster-port/cluster-client';
import { type ClusterCall, ClusterServer } from '../cluster-port/cluster-server';
import { type Credentials, readCredentials, writeCredentials } from '../membership/role-store';
import { SecondaryRegistry } from '../membership/secondary-registry';
import { newStore } from '@tidelock/stream/testing';
import { ClientRenewal } from './client-renewal';
import { answerRenewal, isRenewalDue, type RenewalQuestion, serverIdentity } from './renewal';

const SET = 'f0f8a3a2-0000-4000-8000-000000000000';
const DAY = 24 * 3_600_000;
const clock = { now: () => Date.now() };
/** Still good for two months, more than two thirds of its year being over. */
const LONG_AGO = Date.now() - 300 * DAY;

describe('certificates of the cluster port', () => {
  let primary: ClusterStore;
  let replica: ClusterStore;
  let secondaries: SecondaryRegistry;
  let server: ClusterServer;
  let port: number;
  let client: ClusterClient;
  let authority: KeyPairPem;
  let release: () => void = () => undefined;
  let termThere: number;
  let termHere: number;

  beforeEach(async () => {
    [primary, replica] = [await newStore(), await newStore()];
    [termThere, termHere] = [1, 1];
    authority = await createAuthority(SET, LONG_AGO);
    const identity = await issueCertificate(authority, { name: serverNameOf(SET), usage: 'server' }, LONG_AGO);
    const own = await issueCertificate(authority, { name: 'us-east', usage: 'client' }, LONG_AGO);
    await keep(primary, { authority, identity });
    await keep(replica, { authority: { certificate: authority.certificate }, identity: own });
    secondaries = new SecondaryRegistry(primary, silentLogger, (print) => server.retire(print));
    await secondaries.load();
    await primary.transact(({ local }) =>
      secondaries.add(local, {
        id: 'us-east',
        state: 'active',
        fingerprint: fingerprintOf(own.certificate),
        createdAt: LONG_AGO,
      }),
    );
    server = new ClusterServer({
      host: '127.0.0.1',
      port: 0,
      authority: authority.certificate,
      identity,
      logger: silentLogger,
      recognise: (print) => secondaries.recognise(print),
      calls: new Map<string, ClusterCall>(
        Object.entries({
          'renew-certificate': async (question: RenewalQuestion, peer) =>
            answerRenewal({ local: primary.local, barrier: { term: termThere }, clock, secondaries }, question, peer),
          echo: async (body: unknown) => body,
          wait: async () => {
            await new Promise<void>((resolve) => (release = resolve));
            return 'waited';
          },
        }),
      ),
    });
    ({ port } = await server.listen());
    client = clientWith(own);
  });
  afterEach(async () => {
    client.close();
    secondaries.close();
    await server.close();
    for (const store of [primary, replica]) await store.close();
  });

  const keep = (store: ClusterStore, own: Pick<Credentials, 'authority' | 'identity'>) =>
    store.transact(async ({ local }) => writeCredentials(local, { ...own, streamKeys: [] }));
  const clientWith = (identity: KeyPairPem): ClusterClient =>
    new ClusterClient({
      setId: SET,
      authority: authority.certificate,
      identity,
      addresses: () => [`https://127.0.0.1:${port}`],
    });
  const ownIdentity = async () => (await readCredentials(replica.local)).identity;
  const renewal = (through = client) =>
    new ClientRenewal({
      store: replica,
      barrier: {
        get term() {
          return termHere;
        },
      },
      clock,
      logger: silentLogger,
      call: (name, body) => through.call(name, body),
      use: (identity) => through.useIdentity(identity),
      confirm: async () => void (await through.call('echo', 0)),
    });
  const renew = (wanted = false) => renewal().renew(wanted);
  const isRenewed = async (term: number) =>
    secondaries.isRenewed('us-east', fingerprintOf((await ownIdentity()).certificate), term);
  const REFUSED = { code: 'PRIMARY_UNREACHABLE', message: expect.stringContaining('replaced by a newer one') };
  const shown = async (): Promise<string> => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, servername: serverNameOf(SET) });
    await once(socket, 'secureConnect');
    const print = fingerprintOf(socket.getPeerCertificate().raw);
    socket.destroy();
    return print;
  };

  it('are renewed when two thirds of their year are over, and not before', async () => {
    const issued = Date.parse('2026-01-01T00:00:00Z');
    const { certificate } = await issueCertificate(authority, { name: 'a', usage: 'client' }, issued);
    expect(isRenewalDue(certificate, issued + 243 * DAY)).toBe(false);
    expect(isRenewalDue(certificate, issued + 244 * DAY)).toBe(true);
  });

  it('of a secondary: the old one is good until the new one is used, and the client goes on without a restart', async () => {
    const old = await ownIdentity();
    const keyPair = await newCertificateKeys();
    await client.call('renew-certificate', { publicKey: keyPair.publicKey });
    const stillOld = clientWith(old);
    expect(await stillOld.call('echo', 1)).toBe(1);
    stillOld.close();
    await renew();
    const renewed = await ownIdentity();
    expect(renewed.certificate).not.toBe(old.certificate);
    expect(isRenewalDue(renewed.certificate, Date.now())).toBe(false);
    expect(await client.call('echo', 2)).toBe(2);
    await secondaries.caughtUp();
    expect(secondaries.all()).toEqual([
      expect.objectContaining({
        id: 'us-east',
        state: 'active',
        fingerprint: fingerprintOf(renewed.certificate),
        term: 1,
      }),
    ]);
    const again = clientWith(old);
    await expect(again.call('echo', 3)).rejects.toMatchObject(REFUSED);
    again.close();
  });

  it('of a secondary: renewed when the barrier has another data key, and when the primary wants it', async () => {
    await renew();
    const certificates = [(await ownIdentity()).certificate];
    const after = async (work: () => Promise<void>) => {
      await work();
      certificates.push((await ownIdentity()).certificate);
      return certificates.at(-1) !== certificates.at(-2);
    };
    expect(await after(renew)).toBe(false);
    expect(await isRenewed(1)).toBe(true);
    [termThere, termHere] = [2, 2];
    expect(await isRenewed(2)).toBe(false);
    expect(await after(renew)).toBe(true);
    expect([await isRenewed(2), (await ownIdentity()).term]).toEqual([true, 2]);
    expect(await after(() => renew(true))).toBe(true);
    expect(await client.call('echo', 1)).toBe(1);
  });

  it('of a secondary: one after the other, when several are asked for at once', async () => {
    const one = renewal();
    await Promise.all([one.renew(), one.renew(true), one.renew(true)]);
    expect(await client.call('echo', 1)).toBe(1);
    await renew(true);
    expect(await client.call('echo', 2)).toBe(2);
  });

  it('of a secondary: what is asked for while one is made comes after it, under the data key of then', async () => {
    const one = renewal();
    const first = one.renew(true);
    await setImmediate();
    [termThere, termHere] = [2, 2];
    await Promise.all([first, one.finish(), one.renew()]);
    expect((await ownIdentity()).term).toBe(2);
    expect(await client.call('echo', 1)).toBe(1);
  });

  it('of a secondary: is one for all who want it while another is made', async () => {
    const one = renewal();
    const first = one.renew(true);
    await setImmediate();
    await Promise.all([first, one.renew(true), one.renew(true), one.renew(true)]);
    expect(server.calls.of('renew-certificate').count).toBe(2);
    expect(await client.call('echo', 3)).toBe(3);
  });

  it('of a secondary: a lost answer costs nothing, however often', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const lost = new ClientRenewal({
        store: replica,
        barrier: { term: 1 },
        clock,
        logger: silentLogger,
        use: () => undefined,
        confirm: async () => undefined,
        call: async (name, body) => {
          await client.call(name, body);
          throw new Error('lost');
        },
      });
      await expect(lost.renew(true)).rejects.toThrow('lost');
      expect(await client.call('echo', turn)).toBe(turn);
    }
    await renew(true);
    expect(await client.call('echo', 7)).toBe(7);
  });

  it('of a secondary: a former one gets no other, over a connection that it had, and loses that', async () => {
    const thief = clientWith(await ownIdentity());
    expect(await thief.call('echo', 1)).toBe(1);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    await renew();
    expect(await client.call('echo', 2)).toBe(2);
    expect(await thief.call('echo', 3)).toBe(3);
    await expect(
      thief.call('renew-certificate', { publicKey: (await newCertificateKeys()).publicKey }),
    ).rejects.toMatchObject(REFUSED);
    jest.advanceTimersByTime(15_000);
    jest.useRealTimers();
    await expect(thief.call('echo', 4)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    await expect(thief.call('echo', 5)).rejects.toMatchObject(REFUSED);
    expect(await client.call('echo', 6)).toBe(6);
    thief.close();
  });

  it('of a secondary: that of the others is outdated by a revocation, until they have renewed it', async () => {
    await renew();
    expect(await client.call('echo', 1)).toBe(1);
    await primary.transact(({ local }) =>
      secondaries.add(local, { id: 'eu', state: 'pending', fingerprint: 'x', createdAt: 1 }),
    );
    await primary.transact(({ local }) => secondaries.revoke(local, 'eu'));
    await secondaries.caughtUp();
    expect(await isRenewed(1)).toBe(true);
    await primary.transact(({ local }) =>
      secondaries.add(local, { id: 'eu', state: 'active', fingerprint: 'x', createdAt: 1 }),
    );
    await primary.transact(({ local }) => secondaries.revoke(local, 'eu'));
    await secondaries.caughtUp();
    expect(await isRenewed(1)).toBe(false);
    expect(await client.call('echo', 2)).toBe(2);
    await renew(true);
    expect(await isRenewed(1)).toBe(true);
  });

  it('of a secondary: a crash after the primary has answered leaves a certificate that works', async () => {
    const broken = jest.spyOn(replica, 'begin').mockImplementationOnce(() => {
      throw new Error('crash');
    });
    await expect(renew()).rejects.toThrow('crash');
    broken.mockRestore();
    expect(await client.call('echo', 1)).toBe(1);
    await renew();
    expect(await client.call('echo', 2)).toBe(2);
    expect(isRenewalDue((await ownIdentity()).certificate, Date.now())).toBe(false);
  });

  it('of a secondary: none for one that was revoked, and none for a key that is none', async () => {
    await expect(client.call('renew-certificate', { publicKey: Buffer.from('x') })).rejects.toMatchObject({
      status: 400,
    });
    await primary.transact(({ local }) => secondaries.revoke(local, 'us-east'));
    await secondaries.caughtUp();
    await expect(renew()).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    expect(secondaries.all()).toEqual([]);
  });

  it('of the primary: shown to whoever connects next; nothing that is under way breaks', async () => {
    const waiting = client.call('wait', {});
    while ((await client.call('echo', 1)) !== 1);
    const before = await shown();
    const renewed = await serverIdentity({ store: primary, clock, logger: silentLogger }, SET);
    server.useIdentity(renewed);
    expect(await shown()).toBe(fingerprintOf(renewed.certificate));
    expect(await shown()).not.toBe(before);
    release();
    expect(await waiting).toBe('waited');
    expect((await readCredentials(primary.local)).identity).toEqual(renewed);
    expect(await serverIdentity({ store: primary, clock, logger: silentLogger }, SET)).toEqual(renewed);
    const stranger = clientWith(
      await issueCertificate(await createAuthority(SET, Date.now()), { name: 'us-east', usage: 'client' }, Date.now()),
    );
    await expect(stranger.call('echo', 1)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    stranger.close();
  });
});
