import * as fc from 'fast-check';
import { silentLogger } from '@tidelock/kernel';
import type { MerklePeer } from '../ports/merkle-peer';
import { FakeStore } from '../specs/fake-store.testing';
import { MerkleServer } from './merkle-server';
import { MerkleSync } from './merkle-sync';

const clock = { now: () => 0 };
const position = (store: FakeStore) => ({
  epoch: 1,
  index: store.position().replicatedIndex,
  digest: Buffer.alloc(32, 3),
  brokerOffset: '5',
});

function pair(theirs: Iterable<readonly [string, string]>, ours: Iterable<readonly [string, string]> = []) {
  const primary = new FakeStore();
  const secondary = new FakeStore();
  for (const [key, value] of theirs) primary.write(key, value);
  for (const [key, value] of ours) secondary.write(key, value);
  const server = new MerkleServer(primary, () => position(primary));
  const asked: string[] = [];
  const noted = <T>(name: string, answer: Promise<T>): Promise<T> => (asked.push(name), answer);
  const peer: MerklePeer = {
    root: () => noted('root', server.root()),
    pages: () => noted('pages', server.pages()),
    page: (page) => noted('page', server.page(page)),
    leaves: (buckets) => noted('leaves', server.leaves(buckets)),
    scan: (after, maxBytes) => noted('scan', server.scan(after, maxBytes)),
    fetch: (keys) => noted('fetch', server.fetch(keys)),
  };
  const sync = new MerkleSync({ store: secondary, peer, clock, logger: silentLogger });
  return { primary, secondary, peer, sync, asked };
}

const many = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, i) => [`entry/m/${i}`, `value ${i}`]);

describe('MerkleSync', () => {
  it('brings any two stores in step', async () => {
    const content = fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), fc.string({ maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(content, content, async (theirs, ours) => {
        const { primary, secondary, sync } = pair(Object.entries(theirs), Object.entries(ours));
        await sync.run();
        expect([...secondary.records].sort()).toEqual([...primary.records].sort());
        expect(secondary.place?.index).toBe(primary.position().replicatedIndex);
      }),
      { numRuns: 25 },
    );
  });

  it('copies an empty store by scanning it', async () => {
    const { primary, secondary, sync, asked } = pair(many(300));
    expect(await sync.run()).toMatchObject({ index: 300, brokerOffset: '5' });
    expect(secondary.merkle.root()).toBe(primary.merkle.root());
    expect(asked).not.toContain('fetch');
    expect(sync.phase).toBe('merkle-sync');
    expect(sync.progress()).toMatchObject({ done: 300, total: 300 });
  });

  it('fetches only what differs from a store that has most of it', async () => {
    const { primary, secondary, sync } = pair(many(300), many(300));
    primary.write('entry/m/7', 'changed');
    primary.write('entry/m/8', null);
    primary.write('entry/m/new', 'new');
    secondary.write('entry/m/surplus', 'gone on the primary');
    await sync.run();
    expect(secondary.merkle.root()).toBe(primary.merkle.root());
    expect(sync.progress()).toMatchObject({ done: 4, total: 4 });
  });

  it('moves nothing between equal stores', async () => {
    const { sync, asked } = pair(many(50), many(50));
    await sync.run();
    expect(asked).toEqual(['root', 'root']);
    expect(sync.phase).toBe('merkle-diff');
  });

  it('arrives nowhere before it has the keys of what comes behind', async () => {
    const { secondary, peer } = pair(many(50), many(50));
    const refreshKeys = jest.fn(async () => undefined).mockRejectedValueOnce(new Error('the primary has died'));
    const sync = new MerkleSync({ store: secondary, peer, refreshKeys, clock, logger: silentLogger });
    await expect(sync.run()).rejects.toThrow('the primary has died');
    expect(secondary.place).toBeUndefined();
    await sync.run();
    expect(secondary.place?.index).toBe(50);
  });

  it('goes on with a first copy where a failure ended it', async () => {
    const { primary, secondary, peer, sync, asked } = pair(many(300));
    const scan = peer.scan.bind(peer);
    const seen: number[] = [];
    peer.scan = async (after) => {
      const records = await scan(after, 500);
      seen.push(records.length);
      return records;
    };
    secondary.refuse = () => {
      if (secondary.records.size > 100) throw new Error('killed');
    };
    await expect(sync.run()).rejects.toThrow('killed');
    // The page that was asked for ahead comes, too.
    await new Promise(setImmediate);
    const copied = secondary.records.size;
    secondary.refuse = () => {};
    asked.length = seen.length = 0;
    await new MerkleSync({ store: secondary, peer, clock, logger: silentLogger }).run();
    expect(secondary.merkle.root()).toBe(primary.merkle.root());
    expect(seen.reduce((a, b) => a + b)).toBe(300 - copied);
  });

  it('starts the stream before the first page, and trusts no checkpoint until it has passed what was written meanwhile', async () => {
    const { primary, secondary, peer, sync } = pair(many(50), many(40));
    const pages = peer.pages.bind(peer);
    peer.pages = async () => {
      const answer = await pages();
      primary.write('entry/m/meanwhile', 'x');
      return answer;
    };
    expect((await sync.run()).index).toBe(50);
    const note = secondary.localRows.get('record/replication/sync') as { value: Buffer };
    expect(JSON.parse(note.value.toString())).toEqual({ phase: 'done', fuzzyUntil: 51 });
  });

  it('tells behind a restart of differences that were made up for in part', async () => {
    const { primary, secondary, peer } = pair(many(300), many(300));
    const note = (): unknown =>
      JSON.parse((secondary.localRows.get('record/replication/sync') as { value: Buffer }).value.toString());
    const sync = (): MerkleSync => new MerkleSync({ store: secondary, peer, clock, logger: silentLogger });
    await sync().run();
    expect(note()).toMatchObject({ phase: 'done' });
    for (const [key] of many(300)) primary.write(key, 'changed');
    let applied = 0;
    secondary.refuse = (records) => {
      if (applied > 0) throw new Error('killed');
      applied += records.length;
    };
    await expect(sync().run()).rejects.toThrow('killed');
    expect(applied).toBeGreaterThan(0);
    expect(note()).toEqual({ phase: 'due' });
    secondary.refuse = () => {};
    await sync().run();
    expect(note()).toMatchObject({ phase: 'done' });
  });

  it('says so when two quiet stores cannot be made equal', async () => {
    const { peer, sync, secondary } = pair(many(20), many(20));
    peer.root = async () => ({
      root: 'other',
      position: { epoch: 1, index: 1, digest: Buffer.alloc(32), brokerOffset: '' },
      index: 20,
    });
    await expect(sync.run()).rejects.toThrow('does not match the primary');
    expect(secondary.place).toBeUndefined();
  });

  it('stops between two requests when it is told to', async () => {
    const { sync } = pair(many(20));
    await expect(sync.run(AbortSignal.abort())).rejects.toThrow('aborted');
  });

  it('asks for no page of a copy once it has been told to end: nobody would hear that its primary is away', async () => {
    const { sync, secondary, asked } = pair(many(20));
    const ending = new AbortController();
    const { keys } = secondary.replicated;
    jest.spyOn(secondary.replicated, 'keys').mockImplementation(async (...range) => {
      ending.abort();
      return keys.call(secondary.replicated, ...range);
    });
    await expect(sync.run(ending.signal)).rejects.toThrow('aborted');
    expect(asked).not.toContain('scan');
  });

  it('takes a keyring before what may be sealed under it', async () => {
    const { primary, secondary, sync } = pair(many(300), many(300));
    for (const [key] of many(300)) primary.write(key, 'under the new key');
    const order: string[] = [];
    secondary.refuse = (records) => void order.push(...records.map(({ key }) => key));
    primary.write('keyring', 'with the new key');
    primary.write('seal-config', 'the shares');
    await sync.run();
    expect(order.slice(0, 2).sort()).toEqual(['keyring', 'seal-config']);
    primary.write('keyring', 'with a newer key');
    primary.write('entry/m/3', 'under the newer key');
    order.length = 0;
    await sync.repair(['entry/m/3']);
    expect(order).toEqual(['keyring', 'seal-config', 'entry/m/3']);
  });

  it('fetches single records anew', async () => {
    const { primary, secondary, sync } = pair(many(20), many(20));
    secondary.records.set('entry/m/3', Buffer.from('damaged'));
    await sync.repair(['entry/m/3']);
    expect(secondary.get('entry/m/3')).toBe(primary.get('entry/m/3'));
  });
});
