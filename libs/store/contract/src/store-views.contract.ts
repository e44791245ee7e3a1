import fc from 'fast-check';
import type { MutationRecord, RecordFilter, StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

/** Shows `entry/<owner>/…` of the owners that a record `owner/<name>` does not hide. */
class OwnerFilter implements RecordFilter {
  readonly hidden = new Set<string>();
  /** How often a commit has asked it anything. */
  asked = 0;

  async load(reader: Parameters<RecordFilter['load']>[0]): Promise<void> {
    this.hidden.clear();
    for (const key of await reader.keys('owner/')) this.take(key, await reader.getSealed(key));
  }

  learn(records: ReadonlyMap<string, Buffer | null>): boolean {
    this.asked += 1;
    const before = [...this.hidden].join();
    for (const [key, value] of records) if (key.startsWith('owner/')) this.take(key, value);
    return [...this.hidden].join() !== before;
  }

  includes(key: string): boolean {
    this.asked += 1;
    const [collection, owner = ''] = key.split('/');
    return collection !== 'entry' || !this.hidden.has(owner);
  }

  private take(key: string, value: Buffer | null | undefined): void {
    const owner = key.slice('owner/'.length);
    if (value?.toString() === 'hidden') this.hidden.add(owner);
    else this.hidden.delete(owner);
  }
}

/** Merkle trees over a part of the records. */
export function describeStoreViews(name: string, place: () => Promise<StoreLocation>): void {
  describe(`filtered merkle trees of the store on ${name}`, () => {
    const { open } = storeHarness(place);
    const owner = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          key: fc.tuple(owner, fc.nat(20)).map(([who, n]) => `entry/${who}/${n}`),
          value: fc.option(fc.string()),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ key: owner.map((who) => `owner/${who}`), value: fc.constantFrom('hidden', 'shown') }),
      },
    );

    it('have the root of a store that holds nothing else, whatever was written and hidden meanwhile', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(60), async (steps, openAt) => {
          const [store, only] = [await open(), await open()];
          const filter = new OwnerFilter();
          const views = [];
          for (const [at, { key, value }] of steps.entries()) {
            if (at === openAt) views.push(await store.openView('early', filter));
            const unit = store.begin();
            // As stored, so that the two stores have equal bytes.
            if (value === null) unit.replicated.delete(key);
            else unit.replicated.putSealed(key, Buffer.from(value));
            const commit = unit.commit();
            if (at % 3 > 0) await commit;
          }
          await store.applySync([]);
          views.push(await store.openView('late', filter));
          for (const view of views) await view.ready();
          const kept: MutationRecord[] = (await store.merkle.scan(undefined, 1e9)).filter(({ key }) =>
            filter.includes(key),
          );
          await only.applySync(kept);
          for (const view of views) {
            expect(view.currentRoot).toBe(only.merkle.root());
            expect(view.pages()).toEqual(only.merkle.pages());
            expect(await view.scan(undefined, 1e9)).toEqual(await only.merkle.scan(undefined, 1e9));
          }
          for (const view of views) view.close();
        }),
        { numRuns: 25 },
      );
    }, 60_000);

    it('are as exact at an appended row as the whole tree is, and cost nothing once closed', async () => {
      const store = await open();
      const filter = new OwnerFilter();
      const view = await store.openView('view', filter);
      await view.ready();
      const unit = store.begin();
      unit.replicated.put('entry/a/1', Buffer.from('x'));
      let roots: Readonly<Record<string, string>> = {};
      await Promise.all([
        unit.commit(),
        store.journal.append('checkpoint', (at) => Buffer.from(JSON.stringify((roots = at.viewRoots)))),
      ]);
      expect(roots).toEqual({ view: store.merkle.root() });
      view.close();
      filter.asked = 0;
      const later = store.begin();
      later.replicated.put('entry/a/2', Buffer.from('y'));
      await Promise.all([
        later.commit(),
        store.journal.append('checkpoint', (at) => Buffer.from(JSON.stringify((roots = at.viewRoots)))),
      ]);
      expect(roots).toEqual({});
      expect(filter.asked).toBe(0);
    });

    it('are built again between commits, in steps, while records change on both sides of the place reached', async () => {
      const store = await open();
      const many = Array.from({ length: 12_000 }, (_, n) => ({ key: `entry/a/${n}`, value: Buffer.from('x') }));
      await store.applySync(many);
      const view = await store.openView('view', new OwnerFilter());
      const writes = Array.from({ length: 200 }, async (_, n) => {
        const unit = store.begin();
        if (n % 2 === 0) unit.replicated.delete(`entry/a/${n * 7}`);
        else unit.replicated.put(`entry/a/${n * 7}`, Buffer.from('y'));
        await unit.commit();
      });
      await Promise.all([...writes, view.ready()]);
      expect(view.currentRoot).toBe(store.merkle.root());
    });
  });
}
