import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Life } from '@tidelock/core/runtime';
import { TidelockError } from '@tidelock/kernel';
import { MemoryBroker } from '@tidelock/stream/testing';
import {
  expectInStep,
  Member,
  newPair,
  newSet,
  sqlitePlaces,
  type TestSet,
  until,
} from '@tidelock/replication/testing';
import { Promotion } from './promotion';
import { PrimaryLink } from '../secondary/primary-link';
import type { SetStreams } from './set-streams';

const place = sqlitePlaces('role-holder');
const ORDER = { primaryClusterAddr: '', force: false };

afterEach(() => jest.restoreAllMocks());

/** Another process that has the cluster's port. */
async function squat(member: Member): Promise<Server> {
  const { host, port } = member.node['parts'].settings.clusterListener;
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

async function leaveTo(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

describe('a deposed primary whose step-down fails as the broker goes away', () => {
  let set: TestSet;

  beforeEach(async () => {
    set = await newPair(place);
  });

  afterEach(() => set.close());

  async function expectNoWrites(deposed: Member): Promise<void> {
    const setAside = jest.spyOn(deposed.node.quarantine, 'setAside').mockImplementationOnce(async () => {
      deposed.cut = true;
      throw new TidelockError('STORAGE_FULL');
    });
    deposed.cut = false;
    await until('the step-down to fail', () => setAside.mock.calls.length > 0);
    await until('the next step-down', async () => {
      await expect(deposed.write('entry/m/late', 'x')).rejects.toMatchObject({ status: expect.any(Number) });
      return deposed.node.role.fenced !== undefined;
    });
    expect(setAside).toHaveBeenCalledTimes(2);
  }

  it('takes no writes until it has stepped down', async () => {
    const { a, b } = set;
    a.cut = true;
    await a.write('entry/m/lost', '1');
    await b.node.promote({ ...ORDER, force: true });
    await expectNoWrites(a);
    expect(await a.node.quarantine.list()).toHaveLength(1);
  });

  it('takes none either where both were promoted to the same epoch', async () => {
    const { a, b } = set;
    const c = await set.another();
    await c.join(a, 'c');
    await c.untilStreaming();
    await until(
      'all members to be known',
      () => b.store.position().replicatedIndex === a.store.position().replicatedIndex,
    );
    c.cut = true;
    await c.node.forgetPrimary();
    await b.node.promote({ ...ORDER, force: true });
    await c.node.promote({ ...ORDER, force: true });
    expect([b.node.role.epoch, c.node.role.epoch]).toEqual([2, 2]);
    await expectNoWrites(c);
  });
});

describe('a promotion beside another one', () => {
  let set: TestSet;
  let c: Member;

  beforeEach(async () => {
    set = await newSet(place);
    const { a, b } = set;
    c = await set.another();
    for (const [member, id] of [
      [b, 'b'],
      [c, 'c'],
    ] as const) {
      await member.join(a, id);
      await member.untilStreaming();
    }
    await until(
      'all members to be known',
      () => b.store.position().replicatedIndex === a.store.position().replicatedIndex,
    );
  });

  afterEach(() => set.close());

  it.each([false, true])(
    'begins no epoch that this cluster has followed another one into meanwhile (force=%s)',
    async (force) => {
      const { a, b } = set;
      await a.node.demote(false);
      const { takeStreamOver } = Promotion.prototype;
      jest.spyOn(Promotion.prototype, 'takeStreamOver').mockImplementationOnce(async function take(
        this: Promotion,
        order,
      ) {
        await takeStreamOver.call(this, order);
        await c.node.promote(ORDER);
        await until('the other epoch to be followed', () => b.node.role.epoch === 2);
      });
      await expect(b.node.promote({ ...ORDER, force })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('another cluster has begun epoch 2'),
      });
      await until('the role to be taken up', () => b.node.asSecondary !== undefined);
      expect([b.node.role.epoch, b.store.epoch, c.node.mode]).toEqual([2, 2, 'primary']);
      await b.rejoin(c, 'b');
      await expectInStep(c, b);
    },
  );

  it('fences nobody where a seal has overtaken it', async () => {
    const { a, b } = set;
    await a.node.demote(false);
    jest.spyOn(Promotion.prototype, 'requireSafe').mockImplementationOnce(async () => {
      await b.seal();
      await b.unseal();
    });
    const takeStreamOver = jest.spyOn(Promotion.prototype, 'takeStreamOver');
    await expect(b.node.promote({ ...ORDER, force: true })).rejects.toMatchObject({ code: 'SEALED' });
    expect(takeStreamOver).not.toHaveBeenCalled();
    await b.node.promote(ORDER);
  });

  it('keeps no former primary out of its set where it has failed', async () => {
    const { a, b } = set;
    a.cut = true;
    await b.node.promote({ ...ORDER, force: true });
    await c.rejoin(b, 'c');
    await until(
      'the member to be known',
      () => c.store.position().replicatedIndex === b.store.position().replicatedIndex,
    );
    b.cut = true;
    jest.spyOn(Promotion.prototype, 'startEpoch').mockRejectedValueOnce(new TidelockError('STORAGE_FULL'));
    await expect(c.node.promote({ ...ORDER, force: true })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    a.cut = false;
    await until('the step-down', () => a.node.role.fenced !== undefined);
    expect(a.node.role.fenced).toMatchObject({ epoch: 1, byEpoch: 2 });
    b.cut = false;
    await a.rejoin(b, 'a');
    expect(a.node.role).toMatchObject({ mode: 'secondary', epoch: 2 });
  });
});

describe('a seal while a role is being started', () => {
  let member: Member;

  /** A start waits a while for the broker's word. */
  beforeEach(async () => {
    member = await Member.create(await place(), new MemoryBroker());
    member.cut = true;
  });

  afterEach(() => member.close());

  it('leaves none running after a change of role, and the next unseal starts one', async () => {
    const enabling = expect(member.node.enablePrimary('')).rejects.toMatchObject({ code: 'SEALED' });
    await until('the role to be started', () => member.store.journal.enabled);
    await member.seal();
    await enabling;
    expect([member.node.mode, member.node.asPrimary]).toEqual(['primary', undefined]);
    await leaveTo(await squat(member));
    await member.unseal();
    expect(member.node.asPrimary).toBeDefined();
    await member.write('entry/m/1', 'x');
  });

  it('leaves none running after an unseal either', async () => {
    await member.node.enablePrimary('');
    await member.seal();
    member.store.journal.disable();
    const unsealing = expect(member.unseal()).rejects.toMatchObject({ code: 'SEALED' });
    await until('the role to be started', () => member.store.journal.enabled);
    await member.seal();
    await unsealing;
    await member.unseal();
    expect(member.node.asPrimary).toBeDefined();
  });

  it('ends a change of role that waits meanwhile, also where the next unseal has begun', async () => {
    await member.node.enablePrimary('');
    const draining = jest.spyOn(member.store, 'applySync');
    const demoting = expect(member.node.demote(true)).rejects.toMatchObject({ code: 'SEALED' });
    await until('the broker to be waited for', () => draining.mock.calls.length > 0);
    await member.seal();
    await member.unseal();
    await demoting;
    expect([member.node.mode, member.node.asPrimary?.role.mode]).toEqual(['primary', 'primary']);
    await member.seal();
    await leaveTo(await squat(member));
  }, 30_000);

  it('is told from the loss of the right to write, after which the service is brought up again', async () => {
    await member.node.enablePrimary('');
    await member.seal();
    member.store.journal.disable();
    const unsealing = expect(member.unseal()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await until('the role to be started', () => member.store.journal.enabled);
    const tenure = member.store.tenure as unknown as { lose(error: unknown): void };
    tenure.lose(new Error('the session is gone'));
    await unsealing;
    await member.store.tenure.acquire();
    await member.seal();
    await member.unseal();
    expect(member.node.asPrimary).toBeDefined();
  });
});

describe('a secondary that cannot start', () => {
  let set: TestSet;

  beforeEach(async () => {
    set = await newPair(place);
  });

  afterEach(() => set.close());

  it('leaves nothing running, and is started anew', async () => {
    const { a, b } = set;
    const { streams, life } = b.node as unknown as { streams: SetStreams; life: Life };
    const stops: jest.SpyInstance[] = [];
    const { openFollower } = streams;
    jest.spyOn(streams, 'openFollower').mockImplementation((order) => {
      const follower = openFollower(order);
      stops.push(jest.spyOn(follower, 'stop'));
      return follower;
    });
    const stopLink = jest.spyOn(PrimaryLink.prototype, 'stop');
    jest.spyOn(life, 'begin').mockRejectedValueOnce(new TidelockError('SEALED'));
    await expect(
      b.node.updatePrimaryAddresses(b.node.asSecondary?.primary?.knownAddresses ?? []),
    ).rejects.toMatchObject({ code: 'SEALED' });
    // It opened none: that of the role that is taken up again goes on.
    expect(stops.map(({ mock }) => mock.calls.length)).toEqual([0]);
    // That of before, and that of the role that could not start.
    expect(new Set(stopLink.mock.contexts).size).toBe(2);
    await expectInStep(a, b);
  });
});

describe('a cluster port that another process has', () => {
  let set: TestSet;

  beforeEach(async () => {
    set = await newSet(place);
  });

  afterEach(() => set.close());

  async function demoted(): Promise<void> {
    await set.b.join(set.a, 'b');
    await set.b.untilStreaming();
    await set.a.node.demote(false);
  }

  const inUse = {
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/^"cluster_address" of listener "tcp": .*EADDRINUSE/),
  };

  it('makes no primary: nothing has changed, and it can be asked again', async () => {
    const { b } = set;
    const other = await squat(b);
    await expect(b.node.enablePrimary('')).rejects.toMatchObject(inUse);
    expect(b.node.mode).toBe('disabled');
    await b.write('entry/m/1', 'x');
    await leaveTo(other);
    await b.node.enablePrimary('');
  });

  it('promotes nobody: nothing has changed, and it can be asked again', async () => {
    await demoted();
    const { b } = set;
    const takeStreamOver = jest.spyOn(Promotion.prototype, 'takeStreamOver');
    const other = await squat(b);
    await expect(b.node.promote({ ...ORDER, force: true })).rejects.toMatchObject(inUse);
    expect([b.node.mode, b.state]).toEqual(['secondary', 'stream-wals']);
    expect(takeStreamOver).not.toHaveBeenCalled();
    await leaveTo(other);
    await b.node.promote(ORDER);
  });

  it('is tried again by itself where it was taken in the middle of a promotion, and the caller is told', async () => {
    await demoted();
    const { b } = set;
    let other: Server | undefined;
    const { startEpoch } = Promotion.prototype;
    jest.spyOn(Promotion.prototype, 'startEpoch').mockImplementation(async function begin(this: Promotion, order) {
      other = await squat(b);
      return startEpoch.call(this, order);
    });
    await expect(b.node.promote(ORDER)).rejects.toMatchObject(inUse);
    await expect(b.node.disableSecondary()).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(b.node.enablePrimary('')).rejects.toMatchObject({
      message: 'another change of the replication role is under way',
    });
    await expect(b.write('entry/m/early', 'x')).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    await leaveTo(other as Server);
    await until('the role to be taken up', () => b.node.asPrimary !== undefined);
    await until('writes to be taken', () =>
      b.write('entry/m/late', 'x').then(
        () => true,
        () => false,
      ),
    );
  });
});
