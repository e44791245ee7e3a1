import type { Caller, LeasedSecret } from '@tidelock/engine-api';
import { leaseCalls } from '@tidelock/core/leases';
import type { IncomingRequest } from '@tidelock/core/pipeline';
import { isTidelockError } from '@tidelock/kernel';
import { type Forwarder, PrimaryUnreachable, type RecordedCall } from '@tidelock/replication';
import { newPair, type TestSet, until } from '@tidelock/replication/testing';
import { incomingOf } from '.';
import { callerOf, type Cluster, clusterOf, HERE, keyOf, MOUNT, NOW } from './leased-clusters.testing';

const SECOND = 1000;

describe('An engine that gives leases, in a set of clusters', () => {
  let set: TestSet;
  let a: Cluster;
  let b: Cluster;
  let caller: Caller;
  let records: RecordedCall[] = [];
  const onRecord = async <T>(call: RecordedCall, work: () => Promise<T>): Promise<T> => {
    records.push(call);
    return work();
  };
  const calls = () => leaseCalls(a.revoker, { now: () => NOW });
  const REVOKE = 'revoke-lease';

  beforeAll(async () => {
    set = await newPair(async () => ({ kind: 'inmem' }), {
      calls: { [REVOKE]: { level: 'data', bodyLimit: 1e6, answer: (...asked) => calls()[REVOKE]!.answer(...asked) } },
      onRecord,
      forwarded: async (request, by, timely) => a.pipeline.runForwarded(incomingOf(request, by), timely),
    });
  });
  const link = () => set.b.node.asSecondary?.primary;
  beforeEach(async () => {
    await until('a heartbeat', () => link()?.connectionState === 'ready');
    [a, b, records] = [clusterOf(set.a), clusterOf(set.b), []];
    caller = await callerOf(b);
  });
  afterEach(async () => {
    await b.leases.revokePrefix({ now: NOW }, 'accounts', { force: true });
  });
  afterAll(() => set.close());

  const send = async (cluster: Cluster, more: Partial<IncomingRequest>) => {
    const answer = await cluster.pipeline.run({
      id: `request-${Math.random()}`,
      operation: 'read',
      path: 'accounts/token',
      data: {},
      headers: {},
      clientToken: caller.clientToken,
      connection: HERE,
      requiredStates: [],
      ...more,
    });
    return JSON.parse(answer.body!.toString()) as { lease_id: string; errors?: string[] };
  };
  const created = async (user: string): Promise<string> => {
    const made = await send(b, { operation: 'update', path: 'accounts/create', data: { user } });
    expect(made.lease_id).toMatch(/^accounts\/create\/[A-Za-z0-9]{24}$/);
    return made.lease_id;
  };
  const leasesOf = ({ store }: Cluster): Promise<number> => store.local.count('lease');
  const stored = ({ store }: Cluster, leaseId: string) => store.local.heads('lease', { column: 'id', equals: leaseId });

  it('may do so from a read on a secondary: leased, and revoked, where it was read', async () => {
    const { lease_id: leaseId } = await send(b, {});
    expect([await leasesOf(a), await leasesOf(b)]).toEqual([0, 1]);
    expect(await b.leases.count('all')).toEqual({ total: 1, byMount: { [MOUNT.accessor]: 1 } });
    await b.leases.revoke({ now: NOW }, leaseId);
    expect([a.engine.asked, b.engine.asked, await leasesOf(b)]).toEqual([[], ['signed'], 0]);
    expect(await b.store.local.row('record', 'entry/m/here/revoked')).toBeDefined();
  });

  it('may do so by a replicated write: made by the primary, leased on the secondary, undone on the primary', async () => {
    const leaseId = await created('ann');
    expect([await leasesOf(a), await leasesOf(b)]).toEqual([0, 1]);
    expect(await Promise.all([a, b].map(({ store }) => store.replicated.get(keyOf('ann'))))).not.toContain(undefined);
    await b.leases.revoke({ now: NOW }, leaseId);
    expect([a.engine.asked, b.engine.asked, await leasesOf(b)]).toEqual([['ann'], ['ann'], 0]);
    expect(await Promise.all([a, b].map(({ store }) => store.replicated.get(keyOf('ann'))))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is asked on the primary, too, when the time of a lease has come', async () => {
    await created('ann');
    await b.sweep.sweep(NOW + 60 * SECOND);
    expect([a.engine.asked, await leasesOf(b), await b.store.replicated.get(keyOf('ann'))]).toEqual([
      ['ann'],
      0,
      undefined,
    ]);
  });

  it('is asked on record, by the id of the lease and its mount, and without its secret', async () => {
    const leaseId = await created('ann');
    await b.leases.revoke({ now: NOW }, leaseId);
    expect(records.filter(({ name }) => name === REVOKE)).toEqual([
      expect.objectContaining({ secondaryId: 'b', reads: false, data: { path: leaseId, mount: MOUNT.accessor } }),
    ]);
  });

  it('is asked on the primary wherever its mount is now, and no other mount at the path of the lease', async () => {
    const leaseId = await created('ann');
    for (const { mount } of [a, b]) Object.assign(mount, { path: 'moved/' });
    await b.leases.revoke({ now: NOW }, leaseId);
    expect([a.engine.asked, await leasesOf(b)]).toEqual([['ann'], 0]);
    const body = { path: `moved/create/${'x'.repeat(24)}`, mount: 'other_1', issuedAt: NOW, internal: '{}' };
    await expect(set.b.node.callPrimary(REVOKE, body)).rejects.toMatchObject({ code: 'NO_HANDLER' });
    expect(a.engine.asked).toEqual(['ann']);
  });

  it('is asked soon where the token has gone while the primary made the secret: nobody gets that', async () => {
    const revoke = async (): Promise<void> => {
      const unit = b.store.begin();
      await b.tokens.revokeTree(unit, caller.tokenId, NOW);
      await unit.commit();
    };
    // On the primary: b's handler has run by then, and met what it may not write.
    a.engine.onCreate = revoke;
    const answer = await send(b, { operation: 'update', path: 'accounts/create', data: { user: 'ann' } });
    expect(answer.errors).toEqual(['permission denied']);
    expect([await leasesOf(b), a.engine.asked]).toEqual([1, []]);
    await b.sweep.sweep(NOW);
    expect([await leasesOf(b), a.engine.asked, await b.store.replicated.get(keyOf('ann'))]).toEqual([
      0,
      ['ann'],
      undefined,
    ]);
  });

  describe('whose answer is lost on its way from the primary', () => {
    /** The primary has done what it was called for; its answer does not come. */
    const losing = (...names: string[]) => {
      const callPrimary = b.node.callPrimary.bind(b.node);
      jest.spyOn(b.node, 'callPrimary').mockImplementation(async (name, body, options) => {
        const answer = await callPrimary(name, body, options);
        if (names.includes(name)) throw new PrimaryUnreachable([], new Error('aborted'));
        return answer as never;
      });
    };
    const create = () => send(b, { operation: 'update', path: 'accounts/create', data: { user: 'ann' } });
    afterEach(() => void jest.restoreAllMocks());

    it('has it told once more: the secret is made once, and has a lease', async () => {
      losing('forward');
      expect((await create()).lease_id).toMatch(/^accounts\/create\//);
      expect([await leasesOf(b), await a.store.replicated.get(keyOf('ann'))]).toEqual([1, expect.anything()]);
      expect(records.map(({ name }) => name)).toContain('forward-outcome');
    });

    it('is asked to undo the secret soon where nobody got that', async () => {
      losing('forward', 'forward-outcome');
      expect((await create()).errors).toEqual([expect.stringContaining('not known')]);
      expect([await leasesOf(b), await a.store.replicated.get(keyOf('ann'))]).toEqual([0, expect.anything()]);
      jest.restoreAllMocks();
      await b.lostAnswers.tasks[0]?.run(new AbortController().signal);
      await b.sweep.sweep(NOW);
      expect([await leasesOf(b), a.engine.asked]).toEqual([0, ['ann']]);
      expect(await a.store.replicated.get(keyOf('ann'))).toBeUndefined();
    });
  });

  it('may be asked twice on the primary: the second time changes nothing', async () => {
    const leaseId = await created('ann');
    const body = { path: leaseId, issuedAt: NOW, internal: '{"user":"ann"}' };
    const ask = () => set.b.node.callPrimary<{ index: number }>(REVOKE, body);
    expect((await ask()).index).toBeGreaterThan(0);
    expect(await ask()).toEqual({ index: 0 });
    await b.leases.revoke({ now: NOW }, leaseId);
    expect(await leasesOf(b)).toBe(0);
  });

  it('fails on the primary as it does here: the lease is tried again, and irrevocable in the end', async () => {
    const leaseId = await created('ann');
    a.engine.failure = new Error('no way');
    for (let attempt = 0; attempt < 6; attempt += 1)
      expect(await b.revoker.revoke(leaseId, { now: NOW + 1e6 * attempt })).toBe('internal error');
    expect(await b.leases.count('irrevocable')).toMatchObject({ total: 1 });
  });

  it('waits for a primary that is away, however long, less and less often, and nothing becomes irrevocable', async () => {
    const leaseId = await created('ann');
    await set.a.seal();
    const pauses: number[] = [];
    try {
      await expect(b.leases.revoke({ now: NOW }, leaseId)).rejects.toMatchObject({
        errors: [expect.stringContaining(`failed to revoke "${leaseId}"`)],
      });
      for (let now = NOW; pauses.length < 12;) {
        const [{ expires_at: due } = { expires_at: 0 }] = await stored(b, leaseId);
        pauses.push((due - now) / SECOND);
        await b.sweep.sweep((now = due));
      }
      const view = await b.leases.lookup(b.store.begin() as never, leaseId, NOW);
      expect([pauses, view.expiresAt]).toEqual([[10, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600], NOW]);
    } finally {
      await set.a.unseal();
    }
    expect(a.engine.asked).toEqual([]);
    for (let now = NOW + 1e7; (await leasesOf(b)) > 0; now += 1e6) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await b.sweep.sweep(now);
    }
    expect(await b.store.replicated.get(keyOf('ann'))).toBeUndefined();
  });

  it('is asked again while the change has not come back, however soon behind it', async () => {
    const leaseId = await created('ann');
    set.a.cut = true;
    b.settings.waitMilliseconds = 0;
    await b.leases.revoke({ now: NOW }, leaseId);
    const [put] = await stored(b, leaseId);
    expect([put?.expires_at, await b.store.replicated.get(keyOf('ann'))]).not.toContain(undefined);
    const { replicatedIndex } = a.store.position();
    await b.sweep.sweep(put!.expires_at);
    expect([await leasesOf(b), a.engine.asked]).toEqual([1, ['ann', 'ann']]);
    set.a.cut = false;
    await b.store.waitForIndex(replicatedIndex, 20_000);
    await b.sweep.sweep(put!.expires_at + 60 * SECOND);
    expect(await leasesOf(b)).toBe(0);
  });

  describe('does for a secondary', () => {
    const BY: Forwarder = { secondaryId: 'b', level: 'all', hidden: [] };
    const SECRET = { leaseId: `accounts/create/${'x'.repeat(24)}`, issuedAt: NOW, internal: { user: 'eve' } };
    const refused = async (by: Partial<Forwarder>, secret: Partial<LeasedSecret>, code: string): Promise<void> => {
      const done = await a.revoker.revokeFor({ ...BY, ...by }, { ...SECRET, ...secret }, NOW).catch((error) => error);
      expect(isTidelockError(done) && done.code).toBe(code);
    };

    it('nothing at a mount that is hidden from it, or is not there', async () => {
      await refused({ hidden: [MOUNT.path] }, {}, 'NO_HANDLER');
      await refused({}, { leaseId: `none/${'x'.repeat(24)}` }, 'NO_HANDLER');
      expect(a.engine.asked).toEqual([]);
    });

    it("nothing at a mount of the primary's own", async () => {
      Object.assign(a.mount, { local: true });
      await refused({}, {}, 'PERMISSION_DENIED');
      expect(a.engine.asked).toEqual([]);
    });

    it('nothing to what decides about access where its level is "data"', async () => {
      Object.assign(a.place, { level: 'all' });
      await refused({ level: 'data' }, {}, 'PERMISSION_DENIED');
      expect(a.engine.asked).toEqual([]);
      await a.revoker.revokeFor(BY, SECRET, NOW);
      expect(a.engine.asked).toHaveLength(1);
    });

    it("nothing that is the primary's own", async () => {
      await refused({}, { internal: { signed: true } }, 'PERMISSION_DENIED');
      expect(await a.store.local.row('record', 'entry/m/here/revoked')).toBeUndefined();
    });

    it.each<[string, unknown]>([
      ['no path', { issuedAt: 1, internal: '{}' }],
      ['a path that is no lease', { path: 'accounts/create', issuedAt: 1, internal: '{}' }],
      ['a path with control characters', { path: `accounts/\n/${'x'.repeat(24)}`, issuedAt: 1, internal: '{}' }],
      ['a path that is too long', { path: `${'a'.repeat(2049)}/${'x'.repeat(24)}`, issuedAt: 1, internal: '{}' }],
      ['no time', { path: SECRET.leaseId, internal: '{}' }],
      ['what is no JSON', { path: SECRET.leaseId, issuedAt: 1, internal: '{' }],
      ['a list', { path: SECRET.leaseId, issuedAt: 1, internal: '[]' }],
      ['too much', { path: SECRET.leaseId, issuedAt: 1, internal: JSON.stringify({ user: 'x'.repeat(65_536) }) }],
    ])('nothing for a body with %s', async (_, body) => {
      await expect(set.b.node.callPrimary(REVOKE, body)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      expect(a.engine.asked).toEqual([]);
    });
  });
});
