import * as fc from 'fast-check';
import type { JWK } from 'jose';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { isTidelockError, RawJson, silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import { createAuthority, issueCertificate, newCertificateKeys } from '../cluster-port/certificates';
import type { ClusterCall } from '../cluster-port/cluster-server';
import { decodeQuestion, encodeCall } from '../cluster-port/codec';
import { MerkleServer, newSigningKey } from '@tidelock/stream';
import { decryptWith, newRecipientKeyPair } from '../keys/recipient-key';
import { type Member, MEMBERS } from '../set-members/member';
import { putMember } from '../set-members/member-records';
import { ReapplyPermissions } from '../quarantine/reapply-permissions';
import { HeartbeatsReceived } from './heartbeats-received';
import { peer } from './peer.testing';
import { type Answering, primaryCalls } from './primary-calls';
import { NO_ROLE, writeCredentials } from '../membership/role-store';
import { SecondaryRegistry } from '../membership/secondary-registry';

const clock = { now: () => Date.now() };

/** What msgpack can bring, whoever makes it. */
const anything = fc.oneof(
  { maxDepth: 3 },
  fc.anything({ withBigInt: true, withDate: true, withSet: true, withTypedArray: true, maxDepth: 3, maxKeys: 4 }),
  fc.constantFrom<unknown>(
    Buffer.from('x'),
    new RawJson('1.50'),
    new RawJson('}'),
    new RawJson('{"a":1}'),
    2 ** 53,
    -1,
    'a\0b',
    '\ud800',
    'x'.repeat(5000),
    { toString: 1 },
    { x: {}, y: [], kty: 'EC', crv: 'P-256' },
  ),
);

const US = { id: 'us', state: 'active' } as const;
/** Record of a mount that every cluster has. */
const SINGLETON = Buffer.from('singleton');

describe('The calls of the cluster port', () => {
  let store: ClusterStore;
  const barrier = new Barrier();
  const permissions = new ReapplyPermissions();
  let secondaries: SecondaryRegistry;
  /** Of the stream that it follows, as it is asked for, one after the other. */
  let names = ['full'];
  let batchTokenKey = async (): Promise<string> => 'key';
  let forwarded: () => Promise<string>;
  beforeEach(() => void (forwarded = async () => 'forwarded'));
  let privateKey: JWK;
  let calls: ReadonlyMap<string, ClusterCall>;
  /** A body that each is answered to. */
  let whole: Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  beforeAll(async () => {
    const rootKey = generateRootKey();
    const keyring = Barrier.newKeyring(rootKey, Date.now());
    barrier.unseal(rootKey, keyring);
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    const authority = await createAuthority('set', Date.now());
    const identity = await issueCertificate(authority, { name: 'set', usage: 'server' }, Date.now());
    const { publicKey, privateKey: own } = await newRecipientKeyPair();
    privateKey = own;
    secondaries = new SecondaryRegistry(store, silentLogger);
    await secondaries.load();
    await store.transact(async ({ local }) => {
      writeCredentials(local, { authority, identity, streamKeys: [], reign: { epoch: 2, key: newSigningKey() } });
      await secondaries.add(local, { ...US, fingerprint: 'print', term: 1, createdAt: 0, publicKey });
    });
    permissions.allow('us', Infinity);
    const filters = { of: () => undefined, levelOf: () => 'all', read: async () => ({}), levelIn: async () => 'all' };
    const filtering = {
      filters,
      merkleOf: async () =>
        new MerkleServer(store, () => ({ epoch: 2, index: 0, digest: Buffer.alloc(32), brokerOffset: '' })),
      streamOf: async () => (names.length > 1 ? names.shift() : names[0]),
      dynamicMounts: async () => [],
      forwarderOf: async () => ({ level: 'all', hidden: [] }),
      announcementTo: async () => ({ name: 'full', head: 0, forwarding: 'all' }),
      reapplyingOf: async () => ({ filter: undefined, level: 'all' }),
    };
    calls = primaryCalls({
      store,
      barrier,
      secondaries,
      filtering,
      permissions,
      outcomes: new Map(),
      clock,
      logger: silentLogger,
      heartbeats: new HeartbeatsReceived(clock),
      role: () => ({ ...NO_ROLE, mode: 'primary', setId: 'set', epoch: 2, epochs: [{ epoch: 2, after: 0 }] }),
      settings: { broker: { brokers: [] }, clusterAddr: 'https://a', apiAddr: 'https://b' },
      secondaryCopies: { wanted: () => [], take: async () => undefined },
      brokerAccess: { allow: async () => undefined },
      mounts: {
        singletons: [],
        prefix: 'mount/',
        isOfClients: (key: string) => /^(?:policy|mount)\//.test(key),
        isMarkOfPurge: () => false,
        entriesOf: (uuid: string) => `entry/${uuid}/`,
        uuidIn: (key: string) => /^mount\/(.*)/.exec(key)?.[1],
        describe: (_: string, sealed: Buffer) => ({ path: 'kv/', accessor: 'kv', singleton: sealed.equals(SINGLETON) }),
      },
      host: {
        calls: {},
        forwarded: () => forwarded(),
        batchTokenKey: () => batchTokenKey(),
        endBatchTokens: async () => undefined,
      },
    } as unknown as Answering);
    whole = {
      bootstrap: {
        publicKey,
        rotationKey: publicKey,
        signingKey: 'x',
        signingProof: 'x',
        development: false,
        broker: { principal: 'User:a' },
      },
      'renew-certificate': { publicKey: (await newCertificateKeys()).publicKey },
      'set-keys': { publicKey },
      'stream-keys': {},
      'dynamic-filter': {},
      'merkle-root': {},
      'merkle-pages': {},
      'merkle-page': { page: 255 },
      'merkle-leaves': { buckets: [0, 65_535] },
      heartbeat: {
        apiAddr: '',
        clusterAddr: '',
        appliedIndex: 1,
        time: 1,
        lastRoundTripMs: 1,
        canaryAgeMs: 1,
        keyUse: { term: 1, encryptions: 1 },
      },
      mend: { copies: [{ key: 'a', value: Buffer.from('x') }] },
      'merkle-scan': { after: { bucket: 1, key: 'a' }, maxBytes: 1000 },
      'merkle-fetch': { keys: ['keyring'] },
      reapply: {
        index: 1,
        epoch: 1,
        path: 'kv/a',
        batch: 'one',
        records: [
          { key: 'policy/a', value: null },
          { key: 'policy/b', value: Buffer.from('x') },
        ],
      },
      forward: { id: 'a' },
      'forward-outcome': { id: 'a' },
    };
  });
  afterAll(async () => {
    secondaries.close();
    await store.close();
  });

  /** @returns the status that the peer would be answered with. */
  const statusOf = async (name: string, body: unknown): Promise<number> => {
    try {
      await calls.get(name)?.(decodeQuestion(encodeCall(body)) as never, peer);
      return 200;
    } catch (error) {
      return isTidelockError(error) ? error.status : 500;
    }
  };

  it('are all here', () => expect([...calls.keys()].sort()).toEqual(Object.keys(whole).sort()));

  it.each([
    'renew-certificate',
    'set-keys',
    'stream-keys',
    'dynamic-filter',
    'merkle-root',
    'merkle-pages',
    'merkle-page',
    'merkle-leaves',
    'merkle-scan',
    'merkle-fetch',
    'mend',
    'heartbeat',
    'forward',
  ])('answer %s', async (name) => {
    expect(await statusOf(name, whole[name])).toBe(200);
  });

  it.each([
    ['bootstrap', {}],
    ['bootstrap', null],
    ['renew-certificate', null],
    ['renew-certificate', { publicKey: 'x' }],
    ['set-keys', undefined],
    ['merkle-root', 7],
    ['merkle-page', {}],
    ['merkle-page', { page: 256 }],
    ['merkle-page', { page: '1' }],
    ['merkle-leaves', { buckets: Array.from({ length: 257 }, (_, at) => at) }],
    ['merkle-leaves', { buckets: [65_536] }],
    ['merkle-leaves', { buckets: 1 }],
    ['merkle-scan', { after: 'x', maxBytes: 1 }],
    ['merkle-scan', { maxBytes: -1 }],
    ['merkle-fetch', { keys: [7] }],
    ['merkle-fetch', { keys: ['a\0'] }],
    ['merkle-fetch', { keys: Array<string>(501).fill('a') }],
    ['mend', { copies: [{ key: 'a' }] }],
    ['reapply', []],
  ])('refuse %s with %j', async (name, body) => {
    expect(await statusOf(name, body)).toBe(400);
  });

  it('never fail, whatever a peer sends', async () => {
    const damaged = fc.constantFrom(...Object.keys(whole)).chain((name) => {
      const members = Object.keys(whole[name] as object);
      const one =
        members.length === 0
          ? anything
          : fc
              .tuple(fc.constantFrom(...members), anything)
              .map(([member, value]) => ({ ...whole[name], [member]: value }));
      return fc.tuple(fc.constant(name), fc.oneof(anything, one));
    });
    await fc.assert(
      fc.asyncProperty(damaged, async ([name, body]) => {
        expect(await statusOf(name, body)).toBeLessThan(500);
      }),
      { numRuns: 1500 },
    );
  }, 60_000);

  it("take what a reign was cut off with by an operator's permission alone, once", async () => {
    const mutation = { ...whole['reapply'], records: [{ key: 'policy/a', value: null }] };
    permissions.forget('us');
    expect(await statusOf('reapply', { ...mutation, index: 7 })).toBe(403);
    permissions.allow('us', Infinity);
    expect(await statusOf('reapply', { ...mutation, index: 7 })).toBe(200);
    expect(await statusOf('reapply', { ...mutation, index: 7 })).toBe(403);
    expect(await statusOf('reapply', { ...mutation, index: 8, epoch: 2 })).toBe(400);
    expect(await statusOf('reapply', { ...mutation, index: 9, records: [{ key: 'keyring', value: null }] })).toBe(400);
  });

  it('take none that may no more come back when it is committed', async () => {
    const set = (value: Buffer) => store.transact(async ({ replicated }) => replicated.putSealed('mount/m', value));
    await set(Buffer.from('mount'));
    const transact = store.transact.bind(store);
    let turns = 0;
    jest.spyOn(store, 'transact').mockImplementationOnce((work, options) =>
      transact(async (unit) => {
        const done = await work(unit);
        if ((turns += 1) === 1) await set(SINGLETON);
        return done;
      }, options),
    );
    const removal = { ...whole['reapply'], index: 10, records: [{ key: 'mount/m', value: null }] };
    expect(await statusOf('reapply', removal)).toBe(403);
    expect([turns, await store.replicated.getSealed('mount/m')]).toEqual([1, SINGLETON]);
  });

  describe('tell no key to a secondary that is trusted less while it asks:', () => {
    const ask = async (name: string): Promise<{ readonly jwe: string }> =>
      (await calls.get(name)?.(decodeQuestion(encodeCall(whole[name])) as never, {
        ...peer,
        certificate: 'print',
      })) as { jwe: string };
    const become = (change: Partial<Member>) =>
      store.transact(({ replicated }) =>
        putMember(replicated, { ...US, publicKey: '', epoch: 2, forwarding: 'all', filtered: false, ...change }),
      );
    afterAll(() => store.transact(async ({ replicated }) => replicated.delete(`${MEMBERS}us`)));

    it('the new key of the batch tokens', async () => {
      const told = async () => decryptWith(privateKey, (await ask('set-keys')).jwe);
      await become({});
      expect(await told()).toHaveProperty('batchTokenKey', 'key');
      const before = batchTokenKey;
      batchTokenKey = async () => {
        await become({ forwarding: 'data' });
        return 'new key';
      };
      expect(Object.keys((await told()) as object)).toEqual(['rootKey']);
      batchTokenKey = () => Promise.reject(new TidelockError('SEALED'));
      expect(Object.keys((await told()) as object)).toEqual(['rootKey']);
      batchTokenKey = before;
    });

    it('that of the stream that it leaves', async () => {
      names = ['full', 'filter'];
      const answer = await ask('stream-keys');
      names = ['full'];
      expect(answer).toMatchObject({ name: 'filter' });
      expect(await decryptWith(privateKey, answer.jwe)).toMatchObject({ name: 'filter', keys: [] });
    });
  });

  it('answer a forwarded request when the publisher has had its turn', async () => {
    let published = false;
    forwarded = async () => {
      setImmediate(() => (published = true));
      return 'written';
    };
    expect(await calls.get('forward')?.({ id: 'written' } as never, peer)).toHaveProperty('value', 'written');
    expect(published).toBe(true);
  });

  it('believe no count of uses that makes the primary rotate its key', async () => {
    await statusOf('heartbeat', { ...whole['heartbeat'], keyUse: { term: 1, encryptions: 2 ** 53 - 1 } });
    expect(barrier.keyStatus.encryptions).toBeLessThan(2 * 3_600_000 * 100);
    expect(barrier.keyStatus.encryptions).toBeGreaterThan(1_000_000);
  });
});
