import {
  expectInStep,
  expectOneMutationEach,
  joined,
  type Member,
  type TestSet,
  until,
} from '@tidelock/replication/testing';

/** Something that takes more than one transaction, and may end after any of them. */
export interface CrashEvent {
  readonly what: string;
  /** Up to the moment before it. */
  readonly prepare: (set: TestSet) => Promise<void>;
  /** Whose process dies. */
  readonly victim: (set: TestSet) => Member;
  /** What the operator does, or what sets it off; resolves when it has come about. */
  readonly happen: (set: TestSet) => Promise<void>;
  /** Whether it has come about, so that nobody has to ask for it again. */
  readonly isDone: (set: TestSet) => boolean | Promise<boolean>;
  /** What holds however often it was begun. */
  readonly end: (set: TestSet) => Promise<void>;
}

/** The other one has become the primary: this one follows it. */
async function comeBack({ a, b, newId }: TestSet): Promise<void> {
  await a.rejoin(b, newId());
  await a.untilStreaming();
  await expectInStep(b, a);
}

/** A former primary is given its successor. */
const CHANGE_OF_PRIMARY: Pick<CrashEvent, 'victim' | 'happen' | 'isDone'> = {
  victim: ({ a }) => a,
  happen: async ({ a, b, newId }) => {
    if (a.node.role.idle) await a.rejoin(b, newId());
    await a.untilStreaming();
  },
  isDone: ({ a }) => !a.node.role.idle,
};

async function joinedWithMounts(set: TestSet): Promise<void> {
  await joined(set);
  for (const key of ['mount/m', 'mount/hidden', 'entry/hidden/1']) await set.a.write(key, 'x');
}

/** A reign that ends: what `a` acknowledged behind the cut no later epoch builds on. */
async function cutOff(set: TestSet): Promise<void> {
  const { a, b } = set;
  await joined(set);
  await a.write('entry/m/shared', '1');
  await b.store.waitForIndex(a.store.position().replicatedIndex, 20_000);
  a.cut = true;
  for (const value of ['1', '2', '3']) await a.write(`entry/m/lost-${value}`, value);
}

const LOST = ['entry/m/lost-1', 'entry/m/lost-2', 'entry/m/lost-3'];

export const EVENTS: readonly CrashEvent[] = [
  {
    what: 'a join with its first copy',
    prepare: async ({ a }) => {
      for (let at = 0; at < 20; at += 1) await a.write(`entry/m/${at}`, 'x');
    },
    victim: ({ b }) => b,
    happen: async ({ a, b, newId }) => {
      if (b.node.mode === 'disabled') await b.join(a, newId());
      await b.untilStreaming();
    },
    isDone: ({ b }) => b.node.mode === 'secondary',
    end: ({ a, b }) => expectInStep(a, b),
  },
  {
    what: 'a demotion',
    prepare: joined,
    victim: ({ a }) => a,
    happen: async ({ a }) => void (await a.node.demote(false)),
    isDone: ({ a }) => a.node.mode === 'secondary',
    end: async (set) => {
      const { a, b } = set;
      expect(a.store.journal.enabled).toBe(false);
      await expect(a.write('entry/m/late', 'x')).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
      await b.node.promote({ primaryClusterAddr: '', force: false });
      await comeBack(set);
    },
  },
  {
    what: 'a promotion',
    prepare: async (set) => {
      await joined(set);
      await set.a.node.demote(false);
    },
    victim: ({ b }) => b,
    happen: ({ b }) => b.node.promote({ primaryClusterAddr: '', force: false }),
    isDone: ({ b }) => b.node.mode === 'primary',
    end: async (set) => {
      expect(set.b.node.role.epoch).toBe(2);
      await comeBack(set);
    },
  },
  {
    what: 'a change to another primary, after a demotion',
    prepare: async (set) => {
      await joined(set);
      await set.a.node.demote(false);
      await set.b.node.promote({ primaryClusterAddr: '', force: false });
    },
    ...CHANGE_OF_PRIMARY,
    end: async ({ a, b }) => {
      await a.untilStreaming();
      await expectInStep(b, a);
    },
  },
  {
    what: 'a change to another primary, with mutations that the set has not',
    prepare: async (set) => {
      await cutOff(set);
      await set.a.inHaste(() => set.a.node.demote(true));
      await set.b.node.promote({ primaryClusterAddr: '', force: true });
      set.a.cut = false;
    },
    ...CHANGE_OF_PRIMARY,
    end: async ({ a, b }) => {
      await a.untilStreaming();
      await expectOneMutationEach(a, LOST);
      await expectInStep(b, a);
      expect(await a.read('entry/m/lost-1')).toBeUndefined();
    },
  },
  {
    what: 'a step down',
    prepare: async (set) => {
      await cutOff(set);
      await set.b.node.promote({ primaryClusterAddr: '', force: true });
    },
    victim: ({ a }) => a,
    happen: async ({ a }) => {
      a.cut = false;
      await until('the primary to step down', () => a.node.role.fenced !== undefined);
    },
    isDone: ({ a }) => a.node.role.fenced !== undefined,
    end: async (set) => {
      const { a } = set;
      expect([a.store.journal.enabled, a.node.mode]).toEqual([false, 'secondary']);
      await expectOneMutationEach(a, LOST);
      await comeBack(set);
    },
  },
  {
    what: 'a revocation',
    prepare: async (set) => {
      await joined(set);
      const c = await set.another();
      await c.join(set.a, 'c');
      await c.untilStreaming();
    },
    victim: ({ a }) => a,
    happen: async ({ a }) => void (await a.node.requirePrimary().revoke('c')),
    isDone: ({ a }) => a.node.asPrimary?.secondaries.states()['c'] === 'revoked',
    end: async ({ a, b, c }) => {
      const index = await a.write('entry/m/after', 'x');
      await expectInStep(a, b);
      await expect(c?.node.callPrimary('stream-keys', {})).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
      expect(c?.store.position().replicatedIndex).toBeLessThan(index);
    },
  },
  {
    what: 'a change of the stream, at the secondary',
    prepare: joinedWithMounts,
    victim: ({ b }) => b,
    happen: hide,
    isDone: ({ b }) => b.node.asSecondary?.streamName !== 'full',
    end: hidden,
  },
  {
    what: 'a change of the stream, at the primary',
    prepare: joinedWithMounts,
    victim: ({ a }) => a,
    happen: hide,
    isDone: ({ a }) => a.node.filtering.filters.of('b') !== undefined,
    end: hidden,
  },
  {
    what: 'leaving as the primary',
    prepare: joined,
    victim: ({ a }) => a,
    happen: ({ a }) => a.node.disablePrimary(),
    isDone: ({ a }) => a.node.mode === 'disabled',
    end: async ({ a }) => {
      await a.write('entry/m/own', 'x');
      expect(a.store.journal.enabled).toBe(false);
      expect(await a.store.journal.read(0, 10, 1e6)).toEqual([]);
      expect(await a.store.local.rows('secondary', { column: 'id', prefix: '' })).toEqual([]);
    },
  },
  {
    what: 'leaving as a secondary',
    prepare: joined,
    victim: ({ b }) => b,
    happen: ({ b }) => b.node.disableSecondary(),
    isDone: ({ b }) => b.node.mode === 'disabled',
    end: async ({ b }) => {
      await b.write('entry/m/own', 'x');
      expect(await b.store.streamPosition()).toBeUndefined();
    },
  },
];

async function hide({ a, b }: TestSet): Promise<void> {
  if (a.node.filtering.filters.of('b') === undefined)
    await a.node.filtering.set('b', { mode: 'deny', paths: ['hidden/'] });
  await until(
    'the other stream to be followed',
    () => b.node.asSecondary?.streamName !== 'full' && b.state === 'stream-wals',
  );
}

async function hidden(set: TestSet): Promise<void> {
  const { a, b } = set;
  await hide(set);
  await a.write('entry/hidden/2', 'x');
  await a.write('entry/m/shown', 'y');
  await until('what is shown to arrive', async () => (await b.read('entry/m/shown')) === 'y');
  expect(await b.store.replicated.keys('entry/hidden/')).toEqual([]);
}
