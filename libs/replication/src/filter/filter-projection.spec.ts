import { begin, end } from '@tidelock/core/runtime/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation, type MutationRecord } from '@tidelock/store';
import {
  Applier,
  Checkpoints,
  DirectTransport,
  newStreamKey,
  openMessage,
  Publisher,
  StreamFollower,
  StreamKeyring,
} from '@tidelock/stream';
import {
  KnownReigns,
  MemoryBroker,
  MemoryStreamConsumer,
  MemoryStreamPublisher,
  newSigner,
  newStore,
} from '@tidelock/stream/testing';
import { FilterView } from './filter-view';
import { FilteredMerkleServer, MountsFilter } from './filtered-merkle';
import { lets, pathsFilterOf } from './paths-filter';
import type { MountRecords } from '../ports/mount-records';

const SET = 'set-1';
const TOPIC = 't';
const clock = { now: () => Date.now() };
const FILTER = pathsFilterOf('deny', ['hidden', 'team']);
const PATHS = ['hidden/', 'team/kv/', 'open/', 'shown/'];

/** Mounts whose records are their paths in the clear. */
const records: MountRecords = {
  singletons: [],
  prefix: 'mount/',
  uuidIn: (key) => /^(?:mount|entry|core\/unmounted)\/([^/]+)/.exec(key)?.[1],
  isMarkOfPurge: (key) => key.startsWith('core/unmounted/'),
  isOfClients: () => true,
  entriesOf: (uuid) => `entry/${uuid}/`,
  describe: (key, sealed) => ({ path: sealed.toString(), accessor: key, singleton: false, level: 'data' }),
};

type Step =
  | { readonly kind: 'write'; readonly mounts: readonly string[]; readonly name: number; readonly value: string | null }
  | { readonly kind: 'mount'; readonly mount: string; readonly path: string }
  | { readonly kind: 'unmount' | 'purge'; readonly mount: string }
  | { readonly kind: 'policy'; readonly mount: string; readonly value: string }
  | { readonly kind: 'checkpoint' | 'restart' | 'pause' };

const mount = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      mounts: fc.array(mount, { minLength: 1, maxLength: 2 }),
      name: fc.nat(5),
      value: fc.option(fc.string({ maxLength: 5 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('mount' as const), mount, path: fc.constantFrom(...PATHS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('unmount' as const, 'purge' as const), mount }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('policy' as const), mount, value: fc.string({ maxLength: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('checkpoint' as const, 'restart' as const, 'pause' as const) }),
  },
);

/** What a step changes; nothing where it is about something else, or about a mount that was never there: mounts come first. */
async function changesOf(store: ClusterStore, order: Step, mounted: Set<string>): Promise<MutationRecord[]> {
  if (order.kind === 'mount') mounted.add(order.mount);
  const about = order.kind === 'write' ? order.mounts : 'mount' in order ? [order.mount] : [];
  if (!about.every((uuid) => mounted.has(uuid))) return [];
  switch (order.kind) {
    case 'write':
      return order.mounts.map((uuid) => ({
        key: `entry/${uuid}/${order.name}`,
        value: order.value === null ? null : Buffer.from(order.value),
      }));
    case 'mount':
      return [{ key: `mount/${order.mount}`, value: Buffer.from(order.path) }];
    case 'policy':
      // One mutation over what is always shown and what may be hidden.
      return [
        { key: 'policy/x', value: Buffer.from(order.value) },
        { key: `entry/${order.mount}/policy`, value: Buffer.from(order.value) },
      ];
    default:
      return 'mount' in order ? departureOf(store, order, mounted) : [];
  }
}

/** A mount goes first; with the mark goes the last of what it had. */
async function departureOf(
  store: ClusterStore,
  { kind, mount: uuid }: { readonly kind: string; readonly mount: string },
  mounted: Set<string>,
): Promise<MutationRecord[]> {
  const mark = `core/unmounted/${uuid}`;
  if (kind === 'unmount') {
    mounted.delete(uuid);
    return [
      { key: `mount/${uuid}`, value: null },
      { key: mark, value: Buffer.from('{}') },
    ];
  }
  if (mounted.has(uuid) || (await store.replicated.getSealed(mark)) === undefined) return [];
  return [mark, ...(await store.replicated.keys(`entry/${uuid}/`))].map((key) => ({ key, value: null }));
}

/** A primary with one filtered stream, and a secondary that follows it. */
async function filteredPair() {
  const [store, copy] = [await newStore(), await newStore()];
  store.useEpoch(1);
  store.journal.enable();
  // The barrier has sealed no value here, so the primary would take all of them for damaged.
  jest.spyOn(store.integrity, 'isAuthentic').mockReturnValue(true);
  const broker = new MemoryBroker();
  const keys = new StreamKeyring([newStreamKey()]);
  const signer = newSigner();
  const filter = new MountsFilter(FILTER, records);
  const merkle = await store.openView('view', filter);
  const view = new FilterView(FILTER, records, filter.loaded);
  const named = await store.openView(view.name, new MountsFilter(FILTER, records));
  const publish = async (): Promise<Publisher> => {
    const publisher = new Publisher({
      store,
      stream: new MemoryStreamPublisher(broker),
      identity: { set: SET, topic: TOPIC, keys, signer, view },
      clock,
      logger: silentLogger,
    });
    await begin(publisher);
    return publisher;
  };
  let publisher = await publish();
  const stream = { position: () => publisher.position(), head: () => publisher.head() };
  const applier = new Applier({
    store: copy,
    set: SET,
    stream: view.name,
    reigns: new KnownReigns(signer),
    keys,
    decode: decodeMutation,
    clock,
    logger: silentLogger,
  });
  const follower = new StreamFollower({
    store: copy,
    transport: new DirectTransport(),
    consumer: new MemoryStreamConsumer(broker),
    applier,
    peer: new FilteredMerkleServer(store, merkle, filter, stream),
    topic: TOPIC,
    group: 'g',
    clock,
    logger: silentLogger,
    onCaughtUp: async () => undefined,
  });
  await begin(follower);
  const checkpoints = new Checkpoints(store, clock, () => false);
  return {
    store,
    copy,
    merkle,
    filter,
    broker,
    keys,
    checkpoints,
    applier,
    restart: async () => {
      await end(publisher);
      publisher = await publish();
    },
    caughtUp: async () => {
      const deadline = Date.now() + 10_000;
      const behind = () =>
        publisher.head() !== publisher.position().index || copy.position().replicatedIndex < publisher.position().index;
      while ((behind() || copy.merkle.root() !== merkle.currentRoot) && Date.now() < deadline) await sleep(2);
    },
    /** What the topic tells. */
    published: () =>
      (broker.topics.get(TOPIC)?.messages ?? []).flatMap((value) => {
        const { header, body } = openMessage(value, SET, (id, index) => keys.opening(id, index));
        return header.kind === 'mutation'
          ? [{ index: header.index, keys: decodeMutation(body).records.map(({ key }) => key) }]
          : [];
      }),
    stop: async () => {
      await end(follower);
      await end(publisher);
      merkle.close();
      named.close();
      await store.close();
      await copy.close();
    },
  };
}

interface Telling {
  /** What each mutation may tell, as the mounts lay when it was committed. */
  readonly told: Map<number, ReadonlySet<string>>;
  readonly mounted: Set<string>;
}

async function take(
  pair: Awaited<ReturnType<typeof filteredPair>>,
  order: Step,
  { told, mounted }: Telling,
): Promise<void> {
  if (order.kind === 'checkpoint') await pair.checkpoints.take();
  if (order.kind === 'restart') await pair.restart();
  if (order.kind === 'pause') await sleep(2);
  const changes = await changesOf(pair.store, order, mounted);
  if (changes.length === 0) return;
  const unit = pair.store.begin();
  for (const { key, value } of changes) {
    if (value === null) unit.replicated.delete(key);
    else unit.replicated.putSealed(key, value);
  }
  const { replicatedIndex } = await unit.commit();
  told.set(replicatedIndex, new Set(changes.map(({ key }) => key).filter((key) => pair.filter.includes(key))));
}

describe('A filtered stream', () => {
  it('makes its followers equal to the filtered state, whatever is written, moved and removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const pair = await filteredPair();
        const told = new Map<number, ReadonlySet<string>>();
        const mounted = new Set<string>();
        for (const order of steps) await take(pair, order, { told, mounted });
        await pair.caughtUp();
        const expected = (await pair.store.merkle.scan(undefined, 1e9)).filter(({ key }) => pair.filter.includes(key));
        expect(await pair.copy.merkle.scan(undefined, 1e9)).toEqual(expected);
        for (const { index, keys } of pair.published()) for (const key of keys) expect(told.get(index)).toContain(key);
        expect(pair.applier.status().refused.total).toBe(0);
        await pair.stop();
      }),
      { numRuns: 30, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);

  it('is proven equal by checkpoints with a root of its own', async () => {
    const pair = await filteredPair();
    const diverged: unknown[] = [];
    pair.applier.on('diverged', (facts) => diverged.push(facts));
    for (const [key, value] of [
      ['mount/a', 'open/'],
      ['mount/b', 'hidden/'],
      ['entry/a/1', 'x'],
      ['entry/b/1', 'y'],
    ] as const) {
      const unit = pair.store.begin();
      unit.replicated.putSealed(key, Buffer.from(value));
      await unit.commit();
    }
    await pair.checkpoints.take();
    await pair.caughtUp();
    const { index } = { index: pair.store.position().replicatedIndex };
    await pair.copy.waitForIndex(index, 10_000);
    expect(diverged).toEqual([]);
    await pair.copy.applySync([{ key: 'entry/a/stray', value: Buffer.from('from nowhere') }]);
    const unit = pair.store.begin();
    unit.replicated.putSealed('entry/b/2', Buffer.from('hidden'));
    await unit.commit();
    await pair.checkpoints.take();
    await pair.caughtUp();
    expect(diverged).toHaveLength(1);
    await pair.stop();
  }, 60_000);

  it('shows what lies in no folder and on no path of a denying filter', () => {
    expect(PATHS.map((path) => lets(FILTER, path))).toEqual([false, false, true, true]);
  });
});
