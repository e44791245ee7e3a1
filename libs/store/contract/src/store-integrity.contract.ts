import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { ClusterStore, StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

const DEEP = { authenticate: true };
const ALL = 65_536;

/** What the database does behind the store's back: a write that no commit made. */
async function tamper(store: ClusterStore, sql: string): Promise<void> {
  const { database } = store as unknown as {
    database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
  };
  await database.write({ sql: `${sql} RETURNING 1`, parameters: [] });
}

/** Damage is found, told apart from writes under way, and repaired where the records allow it. */
export function describeStoreIntegrity(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the integrity of the store on ${name}`, () => {
    const { open, write, read, barrier } = storeHarness(place);
    const filled = async (count = 20): Promise<ClusterStore> => {
      const store = await open();
      for (let at = 0; at < count; at += 1) await write(store, `entry/${at}`, `value ${at}`);
      return store;
    };
    const findings = (store: ClusterStore) => store.integrity.check(0, ALL, DEEP);
    const bucketsOf = async (store: ClusterStore): Promise<number[]> =>
      (await store.merkle.scan(undefined, 1e9)).map(({ bucket }) => bucket);

    it('is whole after ordinary writes', async () => {
      const store = await filled();
      await write(store, 'entry/3', null);
      await write(store, 'entry/4', 'again');
      expect(await findings(store)).toEqual([]);
    });

    it('finds a damaged value, keeps its digest, and is whole again once it is overwritten', async () => {
      const store = await filled();
      const root = store.merkle.root();
      await tamper(
        store,
        "UPDATE record SET value = (SELECT value FROM record WHERE key = 'entry/8') WHERE key = 'entry/7'",
      );
      const found = await findings(store);
      expect(found).toEqual([{ bucket: expect.any(Number), digestWrong: false, damaged: ['entry/7'] }]);
      expect(await store.integrity.rebuild(found.map(({ bucket }) => bucket))).toEqual(['entry/7']);
      expect(store.merkle.root()).toBe(root);
      expect((await store.merkle.scan(undefined, 1e9)).map(({ key }) => key)).not.toContain('entry/7');
      await write(store, 'entry/7', 'new');
      expect(await findings(store)).toEqual([]);
    });

    it('finds a value that does not open although its digest fits', async () => {
      const store = await filled();
      await store.applySync([{ key: 'entry/7', value: randomBytes(60) }]);
      expect(await store.integrity.check(0, ALL, { authenticate: false })).toEqual([]);
      expect(await findings(store)).toMatchObject([{ digestWrong: false, damaged: ['entry/7'] }]);
    });

    it('counts nothing as damaged whose key has yet to come', async () => {
      const store = await filled();
      const newRootKey = randomBytes(32);
      const [primary, rekeyed] = [new Barrier(), barrier.rekey(newRootKey, 1)];
      primary.unseal(newRootKey, rekeyed);
      expect(() => barrier.reload(rekeyed)).toThrow();
      const healer = jest.fn(async () => undefined);
      store.healReadsWith(healer);
      await store.applySync([{ key: 'entry/7', value: primary.encrypt(Buffer.from('new'), 'r/entry/7') }]);
      await expect(read(store, 'entry/7')).rejects.toMatchObject({ code: 'UNKNOWN_TERM', status: 503 });
      expect(await findings(store)).toEqual([]);
      expect(await store.integrity.rebuild(await bucketsOf(store))).toEqual([]);
      expect(healer).not.toHaveBeenCalled();
      barrier.expectRootKey(newRootKey);
      barrier.reload(rekeyed);
      expect(await read(store, 'entry/7')).toBe('new');
    });

    it('opens what is committed together with its key, however soon it is read', async () => {
      const reading: Promise<string | undefined>[] = [];
      const store: ClusterStore = await open(undefined, {
        transaction: async (_units, commit) => {
          await commit();
          reading.push(read(store, 'entry/7'));
          await new Promise(setImmediate);
        },
      });
      const healer = jest.fn(async () => undefined);
      store.healReadsWith(healer);
      store.onCommit({
        committed: ({ keyring }) => void (keyring && barrier.reload(keyring)),
        reloaded: () => undefined,
      });
      const primary = new Barrier();
      const rotated = barrier.rotate(1);
      primary.unseal(barrier.rootKey, rotated);
      const value = primary.encrypt(Buffer.from('new'), 'r/entry/7');
      await store.applySync([
        { key: 'keyring', value: rotated },
        { key: 'entry/7', value },
      ]);
      expect(await Promise.all(reading)).toEqual(['new']);
      expect(healer).not.toHaveBeenCalled();
    });

    it.each([
      [
        'a digest',
        "UPDATE record SET digest = (SELECT digest FROM record WHERE key = 'entry/8') WHERE key = 'entry/7'",
      ],
      ['a bucket', 'UPDATE merkle_bucket SET digest = (SELECT digest FROM record LIMIT 1)'],
      ["a record's place", "UPDATE record SET bucket = 17 WHERE key = 'entry/7'"],
    ])('makes %s true again from the records', async (_what, sql) => {
      const store = await filled();
      const root = store.merkle.root();
      const buckets = await bucketsOf(store);
      await tamper(store, sql);
      await (store as unknown as { reload(): Promise<void> }).reload();
      const found = await findings(store);
      expect(found.length).toBeGreaterThan(0);
      expect(await store.integrity.rebuild([...buckets, ...found.map(({ bucket }) => bucket)])).toEqual([]);
      expect(await findings(store)).toEqual([]);
      expect(store.merkle.root()).toBe(root);
    });

    it('takes a damaged value back from a copy of what was committed, and nothing else', async () => {
      const store = await filled();
      const root = store.merkle.root();
      const [older, copy, other] = (await Promise.all(
        ['entry/6', 'entry/7', 'entry/8'].map(async (key) => (await store.replicated.getSealed(key)) as Buffer),
      )) as [Buffer, Buffer, Buffer];
      await write(store, 'entry/6', 'newer');
      const before = store.position();
      await tamper(
        store,
        "UPDATE record SET value = (SELECT value FROM record WHERE key = 'entry/8') WHERE key IN ('entry/6', 'entry/7')",
      );
      await (store as unknown as { reload(): Promise<void> }).reload();
      expect(
        await store.integrity.restore([
          { key: 'entry/7', value: other },
          { key: 'entry/7', value: randomBytes(60) },
          { key: 'entry/6', value: older },
          { key: 'entry/none', value: copy },
        ]),
      ).toEqual([]);
      await expect(read(store, 'entry/7')).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
      expect(await store.integrity.restore([{ key: 'entry/7', value: copy }])).toEqual(['entry/7']);
      expect(await read(store, 'entry/7')).toBe('value 7');
      expect(store.position().replicatedIndex).toBe(before.replicatedIndex);
      expect(store.merkle.root()).not.toBe(root);
      expect(await findings(store)).toMatchObject([{ damaged: ['entry/6'] }]);
    });

    it('lets a copy give way to what is written meanwhile', async () => {
      const store = await filled();
      const copy = (await store.replicated.getSealed('entry/7')) as Buffer;
      await tamper(
        store,
        "UPDATE record SET value = (SELECT value FROM record WHERE key = 'entry/8') WHERE key = 'entry/7'",
      );
      const outcomes = await Promise.allSettled([
        store.integrity.restore([{ key: 'entry/7', value: copy }]),
        write(store, 'entry/7', 'newer'),
      ]);
      expect(outcomes[1].status).toBe('fulfilled');
      expect(await read(store, 'entry/7')).toBe('newer');
    });

    it('finds that a row is gone', async () => {
      const store = await filled();
      await tamper(store, "DELETE FROM record WHERE key = 'entry/7'");
      expect(await findings(store)).toMatchObject([{ digestWrong: true, damaged: [] }]);
    });

    it('takes no write under way for damage, and loses none while digests are rebuilt', async () => {
      const store = await filled(50);
      const buckets = await bucketsOf(store);
      let writing = true;
      const writer = (async () => {
        for (let at = 0; writing; at += 1) await write(store, `entry/${at % 60}`, `value ${at}`);
      })();
      for (let round = 0; round < 5; round += 1) {
        expect(await findings(store)).toEqual([]);
        await store.integrity.rebuild(buckets);
      }
      writing = false;
      await writer;
      expect(await findings(store)).toEqual([]);
    });

    it('has a damaged value repaired before it is read, in and outside a unit of work, or tells what the healer says', async () => {
      const store = await filled();
      const good = await store.replicated.getSealed('entry/9');
      await store.applySync([
        { key: 'entry/7', value: randomBytes(60) },
        { key: 'entry/9', value: randomBytes(60) },
        { key: 'entry/8', value: randomBytes(60) },
      ]);
      const asked: string[] = [];
      store.healReadsWith(async (key) => {
        asked.push(key);
        if (key === 'entry/8') throw new Error('nobody has it');
        await store.applySync([{ key, value: key === 'entry/9' ? (good as Buffer) : null }]);
      });
      expect(await read(store, 'entry/7')).toBeUndefined();
      expect((await store.begin().replicated.get('entry/9'))?.toString()).toBe('value 9');
      await expect(read(store, 'entry/8')).rejects.toThrow('nobody has it');
      expect(await read(store, 'entry/9')).toBe('value 9');
      expect(asked).toEqual(['entry/7', 'entry/9', 'entry/8']);
    });
  });
}
