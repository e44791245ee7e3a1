import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { TidelockError } from '@tidelock/kernel';
import { type CommittedChange, type ScanPlace, type StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

/** What every store must do, whatever lies below it. `place` names a new, empty location at each call. */
export function describeStore(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the store on ${name}`, () => {
    const { barrier, opened, open, write, read } = storeHarness(place);

    it('commits all of a unit, replicated and local, and counts it once', async () => {
      const store = await open();
      const unit = store.begin();
      unit.replicated.put('entry/a', Buffer.from('1'));
      unit.replicated.put('entry/b', Buffer.from('2'));
      unit.local.put('lease', { id: 'l', token: 't', expires_at: 5, mount: 'm', value: Buffer.from('secret') });
      expect(unit.isEmpty).toBe(false);
      expect(await unit.commit()).toEqual({ localIndex: 1, replicatedIndex: 1 });
      expect(await read(store, 'entry/a')).toBe('1');
      expect((await store.local.row('lease', 'l'))?.value.toString()).toBe('secret');
    });

    it('lets a unit see its own changes before anyone else does', async () => {
      const store = await open();
      await write(store, 'entry/a', 'old');
      const unit = store.begin();
      unit.replicated.put('entry/a', Buffer.from('new'));
      unit.replicated.put('entry/f/x', Buffer.from('x'));
      unit.local.put('record', { key: 'r/1', value: Buffer.from('v') });
      expect((await unit.replicated.get('entry/a'))?.toString()).toBe('new');
      expect(await unit.replicated.children('entry/')).toEqual(['a', 'f/']);
      expect(await unit.local.keys('r/')).toEqual(['r/1']);
      unit.replicated.delete('entry/a');
      expect(await unit.replicated.keys('entry/')).toEqual(['entry/f/x']);
      expect(await read(store, 'entry/a')).toBe('old');
      expect(await store.replicated.children('entry/')).toEqual(['a']);
    });

    it.each(['keyring', 'seal-config'])('deletes %s for nobody', async (key) => {
      const store = await open();
      const unit = store.begin();
      expect(() => unit.replicated.delete(key)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
      expect(unit.isEmpty).toBe(true);
    });

    it('keeps a unit that is for replicated records alone off local ones', async () => {
      const store = await open();
      await write(store, 'entry/a', 'old');
      const unit = store.begin({ replicatedOnly: true });
      expect(() => unit.local.put('record', { key: 'r/1', value: Buffer.from('v') })).toThrow(
        expect.objectContaining({ code: 'PERMISSION_DENIED' }),
      );
      expect(() => unit.local.delete('secondary', 'us-east')).toThrow(
        expect.objectContaining({ code: 'PERMISSION_DENIED' }),
      );
      expect(await unit.local.row('record', 'r/1')).toBeUndefined();
      unit.replicated.put('entry/a', Buffer.from('new'));
      await unit.commit();
      expect(await read(store, 'entry/a')).toBe('new');
    });

    it('lets such a unit delete the local records that it is to take away, and no others', async () => {
      const store = await open();
      const before = store.begin();
      for (const key of ['core/intent/1', 'core/other']) before.local.put('record', { key, value: Buffer.from('v') });
      await before.commit();
      const unit = store.begin({ replicatedOnly: true, mayDelete: 'core/intent/' });
      const refused = expect.objectContaining({ code: 'PERMISSION_DENIED' });
      expect(() => unit.local.put('record', { key: 'core/intent/1', value: Buffer.from('w') })).toThrow(refused);
      expect(() => unit.local.delete('record', 'core/other')).toThrow(refused);
      expect(() => unit.local.delete('cluster', 'core/intent/1')).toThrow(refused);
      unit.local.delete('record', 'core/intent/1');
      await unit.commit();
      expect(await store.local.keys('core/')).toEqual(['core/other']);
    });

    it('sorts bytewise, pages, and shows folders once', async () => {
      const store = await open();
      const keys = ['f/B', 'f/a', 'f/é', 'f/b/1', 'f/b/2', 'f/b0', 'f/Z/1/2', 'g'];
      for (const key of keys) await write(store, key, 'v');
      expect(await store.replicated.children('f/')).toEqual(['B', 'Z/', 'a', 'b/', 'b0', 'é']);
      expect(await store.replicated.keys('f/', { limit: 2 })).toEqual(['f/B', 'f/Z/1/2']);
      expect(await store.replicated.keys('f/', { after: 'f/Z/1/2', limit: 2 })).toEqual(['f/a', 'f/b/1']);
      expect(await store.replicated.keys('nothing/')).toEqual([]);
    });

    it('finds local rows by every kind of bound', async () => {
      const store = await open();
      const unit = store.begin();
      for (const [id, expires_at] of [
        ['a', 1],
        ['b', 2],
        ['c', null],
      ] as const) {
        unit.local.put('token', {
          id,
          accessor: `acc-${id}`,
          parent: id === 'a' ? null : 'a',
          path: `auth/${id}/x`,
          expires_at,
          value: Buffer.from(id),
        });
      }
      await unit.commit();
      const ids = async (query: Parameters<typeof store.local.rows<'token'>>[1]) =>
        (await store.local.rows('token', query)).map(({ id }) => id);
      expect(await ids({ column: 'expires_at', below: 2 })).toEqual(['a']);
      expect(await ids({ column: 'parent', equals: 'a' })).toEqual(['b', 'c']);
      expect(await ids({ column: 'path', prefix: 'auth/b/' })).toEqual(['b']);
      expect(await ids({ column: 'accessor', prefix: '', startAfter: 'acc-a', limit: 1 })).toEqual(['b']);
      expect(await store.local.count('token')).toBe(3);
    });

    it('leaves nothing of a transaction that fails, and goes on', async () => {
      const store = await open();
      await write(store, 'entry/a', '1');
      const before = { root: store.merkle.root(), position: store.position() };
      const unit = store.begin();
      unit.replicated.put('entry/a', Buffer.from('2'));
      unit.local.put('lease', {
        id: 'x',
        token: 't',
        expires_at: null as unknown as number,
        mount: 'm',
        value: Buffer.from('v'),
      });
      await expect(unit.commit()).rejects.toMatchObject({ code: 'INTERNAL' });
      expect({ root: store.merkle.root(), position: store.position() }).toEqual(before);
      expect(await read(store, 'entry/a')).toBe('1');
      await write(store, 'entry/a', '3');
      expect(await read(store, 'entry/a')).toBe('3');
    });

    it('refuses a mutation that no stream could carry', async () => {
      const store = await open();
      store.journal.enable();
      await expect(write(store, 'entry/a', 'x'.repeat(200_000))).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
      expect(store.position().replicatedIndex).toBe(0);
    });

    it('applies a stream with its position in one step, and tells subscribers', async () => {
      const store = await open();
      const changes: CommittedChange[] = [];
      store.onCommit({ committed: (change) => void changes.push(change), reloaded: () => undefined });
      const waiting = store.waitForIndex(9, 10_000);
      const sealed = barrier.encrypt(Buffer.from('v'), 'r/entry/a');
      const position = { epoch: 1, index: 9, digest: Buffer.alloc(32, 1), brokerOffset: '4' };
      await store.applyStream(
        [
          [{ key: 'entry/a', value: Buffer.from('old') }],
          [
            { key: 'entry/a', value: sealed },
            { key: 'keyring', value: Buffer.from('k') },
          ],
        ],
        position,
      );
      expect(await read(store, 'entry/a')).toBe('v');
      expect(await store.streamPosition()).toEqual(position);
      expect(store.position().replicatedIndex).toBe(9);
      expect(await waiting).toBe(true);
      expect(changes).toEqual([
        { origin: 'stream', replicatedKeys: ['entry/a', 'keyring'], localRows: [], keyring: Buffer.from('k') },
      ]);
      expect(await store.waitForIndex(10, 1)).toBe(false);
    });

    it('reaches the same merkle root whatever the grouping, and a new one for every change', async () => {
      const write4 = fc.tuple(
        fc.constantFrom('a', 'b', 'c', 'd/e'),
        fc.option(fc.uint8Array({ minLength: 1, maxLength: 8 })),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(write4, { maxLength: 3 }), { maxLength: 6 }), async (mutations) => {
          const [one, many] = [await open(), await open()];
          const records = mutations.map((mutation) =>
            mutation.map(([key, value]) => ({
              key: `entry/${key}`,
              value: value === null ? null : Buffer.from(value),
            })),
          );
          const at = (index: number) => ({ epoch: 1, index, digest: Buffer.alloc(32), brokerOffset: '' });
          await one.applyStream(records, at(records.length));
          for (const [index, mutation] of records.entries()) await many.applyStream([mutation], at(index + 1));
          expect(one.merkle.root()).toBe(many.merkle.root());
          const scanned = await one.merkle.scan(undefined, 1e6);
          const copy = await open();
          await copy.applySync(scanned);
          expect(copy.merkle.root()).toBe(one.merkle.root());
        }),
        { numRuns: 8 },
      );
    });

    it('scans by bucket from any place on, and lists leaves', async () => {
      const store = await open();
      for (let at = 0; at < 20; at += 1) await write(store, `entry/${at}`, 'v');
      const all = await store.merkle.scan(undefined, 1e6);
      expect(all).toHaveLength(20);
      const paged = [];
      for (let place: ScanPlace | undefined; ;) {
        const rows = await store.merkle.scan(place, 1);
        if (rows.length === 0) break;
        paged.push(...rows);
        place = rows[rows.length - 1];
      }
      expect(paged).toEqual(all);
      const leaves = await store.merkle.leaves(all.map(({ bucket }) => bucket));
      expect(leaves.map(({ key }) => key).sort()).toEqual(all.map(({ key }) => key).sort());
    });

    it('starts over empty', async () => {
      const store = await open();
      await write(store, 'entry/a', '1');
      const unit = store.begin();
      unit.local.put('cluster', { key: 'k', value: Buffer.from('v') });
      await unit.commit();
      const empty = (await open()).merkle.root();
      await store.startOver(false);
      expect(store.position()).toEqual({ localIndex: 0, replicatedIndex: 0 });
      expect(await read(store, 'entry/a')).toBeUndefined();
      expect(await store.local.row('cluster', 'k')).toBeUndefined();
      expect(store.merkle.root()).toBe(empty);
      await write(store, 'entry/a', '2');
      expect(await read(store, 'entry/a')).toBe('2');
    });

    it('comes back as it was, and holds no value in the clear', async () => {
      const location = await place();
      if (location.kind === 'inmem') return;
      const store = await open(location);
      await write(store, 'entry/a', 'PLAINTEXT-MARKER');
      const position = { epoch: 3, index: 5, digest: Buffer.alloc(32, 9), brokerOffset: '77' };
      await store.applyStream([], position);
      const before = { root: store.merkle.root(), position: store.position() };
      await store.close();
      opened.splice(opened.indexOf(store), 1);
      if (location.kind === 'sqlite') expect(readFileSync(location.path).includes('PLAINTEXT-MARKER')).toBe(false);
      const again = await open(location);
      expect({ root: again.merkle.root(), position: again.position() }).toEqual(before);
      expect(await again.streamPosition()).toEqual(position);
      expect(await read(again, 'entry/a')).toBe('PLAINTEXT-MARKER');
    });

    it('refuses replicated writes where the guard says so, and local ones never', async () => {
      const store = await open();
      store.guardReplicatedWrites(() => {
        throw new Error('not here');
      });
      const unit = store.begin();
      expect(() => unit.replicated.put('entry/a', Buffer.from('x'))).toThrow('not here');
      expect(() => unit.replicated.delete('entry/a')).toThrow('not here');
      unit.local.put('record', { key: 'a', value: Buffer.from('x') });
      await unit.commit();
      await store.applySync([{ key: 'entry/a', value: Buffer.from('x') }], (also) =>
        also.local.put('record', { key: 'b', value: Buffer.from('y') }),
      );
      expect(await store.local.keys('')).toEqual(['a', 'b']);
    });

    it.each(['keyring', 'seal-config'])('deletes %s for nobody, a primary included', async (key) => {
      const store = await open();
      await store.applySync([{ key, value: Buffer.from('x') }]);
      const gone = [{ key, value: null }];
      const refusal = { code: 'INVALID_REQUEST', message: expect.stringContaining('cannot be deleted') };
      await expect(
        store.applyStream([gone], { epoch: 1, index: 9, digest: Buffer.alloc(32), brokerOffset: '1' }),
      ).rejects.toMatchObject(refusal);
      await expect(store.applySync(gone)).rejects.toMatchObject(refusal);
      await expect(store.moveTo(undefined, { records: gone })).rejects.toMatchObject(refusal);
      expect(await store.replicated.getSealed(key)).toEqual(Buffer.from('x'));
    });

    it('asks the guard again at the commit: the role may have changed meanwhile', async () => {
      const store = await open();
      const [replicated, local] = [store.begin(), store.begin()];
      replicated.replicated.put('entry/a', Buffer.from('x'));
      local.local.put('record', { key: 'a', value: Buffer.from('x') });
      store.guardReplicatedWrites(() => {
        throw new TidelockError('READ_ONLY_REPLICA');
      });
      await expect(replicated.commit()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
      await local.commit();
      expect(await store.replicated.keys('')).toEqual([]);
    });

    it('can forget its place in the stream, and keeps its counters', async () => {
      const store = await open();
      await write(store, 'entry/a', 'x');
      const { replicatedIndex } = store.position();
      await store.moveTo({ epoch: 1, index: replicatedIndex, digest: Buffer.alloc(32), brokerOffset: '4' });
      await store.moveTo(undefined);
      expect(await store.streamPosition()).toBeUndefined();
      expect(store.position().replicatedIndex).toBe(replicatedIndex);
    });
  });
}
