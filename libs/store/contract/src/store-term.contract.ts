import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { TidelockError } from '@tidelock/kernel';
import type { ClusterStore, StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Inside {
  readonly database: {
    commit(fence: Statement, statements: readonly Statement[]): Promise<void>;
    write(statement: Statement): Promise<Record<string, unknown>[]>;
    lock(): Promise<void>;
  };
}

const insideOf = (store: ClusterStore): Inside['database'] => (store as unknown as Inside).database;

/** The next commit takes place, and its answer is lost. */
function loseNextAnswer(store: ClusterStore): void {
  const database = insideOf(store);
  const commit = database.commit.bind(database);
  jest.spyOn(database, 'commit').mockImplementationOnce(async (...order) => {
    await commit(...order);
    throw new TidelockError('COMMIT_UNKNOWN');
  });
}

/** What another node does that has taken the right over: a term of its own, and a commit. */
async function commitAsAnother(store: ClusterStore): Promise<void> {
  await insideOf(store).write({
    sql: 'UPDATE position SET term = term + 1, local_idx = 70, replicated_idx = 50 WHERE id = 1 RETURNING 1',
    parameters: [],
  });
}

/** Who may write, and what becomes of it when somebody else does. */
export function describeStoreTerm(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the right to write to the store on ${name}`, () => {
    const { open, write, read } = storeHarness(place);
    const reloadedOf = (store: ClusterStore) => {
      const events = new EventTarget();
      store.onCommit({ committed: () => undefined, reloaded: () => void events.dispatchEvent(new Event('reloaded')) });
      return once(events, 'reloaded');
    };

    it('is gone once another node has begun a term: nothing of the commit is written, and everything is read anew before the next', async () => {
      const store = await open();
      store.journal.enable();
      await write(store, 'entry/a', 'mine');
      await commitAsAnother(store);
      const lost = jest.fn();
      store.tenure.onLost(lost);
      await expect(write(store, 'entry/a', 'late')).rejects.toMatchObject({ code: 'FENCED', status: 503 });
      expect(lost).toHaveBeenCalledTimes(1);
      await store.tenure.acquire();
      expect(store.tenure.refusal()).toBeUndefined();
      expect(await read(store, 'entry/a')).toBe('mine');
      expect(await write(store, 'entry/a', 'after')).toEqual({ localIndex: 71, replicatedIndex: 51 });
      expect((await store.journal.read(0, 10, 1e6)).map(({ index }) => index)).toEqual([1, 51]);
      expect(await store.integrity.check(0, 65_536, { authenticate: true })).toEqual([]);
    });

    it('is gone where the database stands elsewhere than it was left, as one that a crash took its newest commits', async () => {
      const store = await open();
      await write(store, 'entry/a', '1');
      await write(store, 'entry/a', '2');
      await insideOf(store).write({
        sql: 'UPDATE position SET local_idx = 1, replicated_idx = 1 RETURNING id',
        parameters: [],
      });
      await expect(write(store, 'entry/a', '3')).rejects.toMatchObject({ code: 'FENCED' });
      await store.tenure.acquire();
      expect(await write(store, 'entry/a', '4')).toEqual({ localIndex: 2, replicatedIndex: 2 });
    });

    it('is asked for by whatever removes rows of the journal', async () => {
      const store = await open();
      store.journal.enable();
      await write(store, 'entry/a', '1');
      await write(store, 'entry/a', '2');
      await commitAsAnother(store);
      await store.journal.trim(1);
      expect(await store.journal.read(0, 10, 1e6)).toHaveLength(2);
    });

    it('refuses whoever asks without it, at once, and lets nothing through that was begun before', async () => {
      const store = await open();
      await write(store, 'entry/a', '1');
      const before = store.begin();
      await before.replicated.get('entry/a');
      before.replicated.put('entry/a', Buffer.from('2'));
      await commitAsAnother(store);
      const reloaded = reloadedOf(store);
      await expect(write(store, 'entry/b', 'x')).rejects.toMatchObject({ code: 'FENCED' });
      expect(store.tenure.refusal()).toMatchObject({ status: 503 });
      await expect(write(store, 'entry/b', 'y')).rejects.toMatchObject({ status: 503 });
      await Promise.all([reloaded, store.tenure.acquire()]);
      await expect(before.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    });

    it('tells everybody when the answer of a commit was lost that took place, and goes on behind it', async () => {
      const store = await open();
      store.journal.enable();
      await write(store, 'entry/a', 'old');
      expect(await read(store, 'entry/a')).toBe('old');
      const reloaded = reloadedOf(store);
      loseNextAnswer(store);
      const error = await write(store, 'entry/a', 'new').catch((refused: unknown) => refused);
      expect(error).toMatchObject({
        code: 'COMMIT_UNKNOWN',
        status: 503,
        message: expect.stringContaining('whether the change took effect is not known'),
      });
      await Promise.all([reloaded, store.tenure.acquire()]);
      expect(await read(store, 'entry/a')).toBe('new');
      expect(await write(store, 'entry/b', 'x')).toEqual({ localIndex: 3, replicatedIndex: 3 });
      expect((await store.journal.read(0, 10, 1e6)).map(({ index }) => index)).toEqual([1, 2, 3]);
      expect(await store.integrity.check(0, 65_536, { authenticate: true })).toEqual([]);
    });

    it('is acquired when somebody asks for it, whoever waits being told, and not while another node has it', async () => {
      const store = await open();
      await commitAsAnother(store);
      await expect(write(store, 'entry/a', 'late')).rejects.toMatchObject({ code: 'FENCED' });
      const held = jest.fn();
      const waiting = store.tenure.held().then(held);
      jest.spyOn(insideOf(store), 'lock').mockRejectedValueOnce(new TidelockError('FENCED'));
      await expect(store.tenure.acquire()).rejects.toMatchObject({ code: 'FENCED' });
      expect(store.tenure.refusal()).toMatchObject({ code: 'FENCED' });
      expect(held).not.toHaveBeenCalled();
      await Promise.all([store.tenure.acquire(), store.tenure.acquire(), waiting]);
      expect(await write(store, 'entry/a', 'after')).toEqual({ localIndex: 71, replicatedIndex: 51 });
    });

    it('stays when a transaction fails for a reason of its own', async () => {
      const store = await open();
      const lost = jest.fn();
      store.tenure.onLost(lost);
      store.journal.enable();
      await write(store, 'entry/a', '1');
      await insideOf(store).write({
        sql: 'INSERT INTO journal (idx, epoch, kind, time, body, cause) SELECT 2, epoch, kind, time, body, cause FROM journal RETURNING 1',
        parameters: [],
      });
      await expect(write(store, 'entry/a', '2')).rejects.toMatchObject({ code: 'INTERNAL' });
      await setImmediate();
      expect(lost).not.toHaveBeenCalled();
      expect(await read(store, 'entry/a')).toBe('1');
      expect(await store.integrity.check(0, 65_536, { authenticate: true })).toEqual([]);
    });

    it('tells everybody that the store was put aside', async () => {
      const store = await open();
      await write(store, 'entry/a', '1');
      const reloaded = reloadedOf(store);
      await store.startOver(true);
      await reloaded;
      expect(await write(store, 'entry/a', '1')).toEqual({ localIndex: 1, replicatedIndex: 1 });
    });

    it('begins a higher term in a store that was made anew: the one who had it before stays out', async () => {
      const store = await open();
      const termOf = async (): Promise<unknown> =>
        (
          await insideOf(store).write({
            sql: 'UPDATE position SET term = term WHERE id = 1 RETURNING term',
            parameters: [],
          })
        )[0]?.['term'];
      const before = await termOf();
      await store.startOver(true);
      expect(await termOf()).toBe((before as number) + 1);
    });
  });
}
