import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import {
  ASKER,
  Directory,
  intentOf,
  memoryStore,
  MOUNT,
  NOON,
  Process,
  type Run,
  SECOND,
  write,
} from './outside-room.testing';

const MINUTE = 60 * SECOND;

describe('An effect outside the store', () => {
  let store: ClusterStore;
  let directory: Directory;
  let process: Process;

  beforeEach(async () => {
    store = await memoryStore();
    directory = new Directory();
    process = new Process(store, directory);
    await process.start();
  });

  afterEach(async () => {
    await process.runtime.root.end();
    await store.close();
  });

  const actAndCommit = async (run: Run): Promise<void> => {
    await process.act(run, 'ann');
    run.unit.replicated.put('role/ann', Buffer.from('x'));
  };
  it('is on record before it happens, and not any more once its request has committed', async () => {
    let before: string[] = [];
    await process.request(async (run) => {
      await process.act(run, 'ann', async () => {
        before = await process.intents();
        directory.create('ann');
      });
      run.unit.replicated.put('role/ann', Buffer.from('x'));
    });
    expect(before).toEqual([expect.stringMatching(/^core\/intent\/[0-9a-f-]{36}$/)]);
    expect(await process.intents()).toEqual([]);
    await process.runtime.advance(MINUTE);
    expect([...directory.users]).toEqual(['ann']);
    expect(directory.undone).toEqual([]);
  });

  it('commits with a request that changes nothing else', async () => {
    await process.request((run) => process.act(run, 'ann'));
    await process.runtime.advance(MINUTE);
    expect([await process.intents(), [...directory.users]]).toEqual([[], ['ann']]);
  });

  it('happens once in a request, however often that runs, or asks for it', async () => {
    let runs = 0;
    await process.request(async (run) => {
      runs += 1;
      await run.unit.replicated.get('read');
      await process.act(run, 'ann');
      await process.act(run, 'ann');
      if (runs < 5) await write(store, 'read');
    });
    expect(runs).toBe(5);
    expect(directory.made).toEqual(['ann']);
    expect(await process.intents()).toEqual([]);
  });

  it('gives its answer to each run', async () => {
    const answers: unknown[] = [];
    await process.request(async (run) => {
      await run.unit.replicated.get('read');
      answers.push(await process.room.act(run, intentOf('ann'), async () => 'made'));
      if (answers.length === 1) await write(store, 'read');
    });
    expect(answers).toEqual(['made', 'made']);
  });

  it('is undone soon when its request fails', async () => {
    const failed = process.request(async (run) => {
      await process.act(run, 'ann');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await process.runtime.advance(0);
    expect([directory.made, [...directory.users], await process.intents()]).toEqual([['ann'], [], []]);
  });

  it('is undone where making it failed, whatever the handler makes of that', async () => {
    await process.request(async (run) => {
      const act = process.act(run, 'ann', async () => {
        directory.create('ann');
        throw new Error('connection lost');
      });
      await act.catch((error: Error) => run.unit.replicated.put('outcome', Buffer.from(error.message)));
    });
    expect((await store.replicated.get('outcome'))?.toString()).toBe('connection lost');
    await process.runtime.advance(0);
    expect([[...directory.users], await process.intents()]).toEqual([[], []]);
  });

  it('is undone where the run that commits has no use for it', async () => {
    let runs = 0;
    await process.request(async (run) => {
      runs += 1;
      const name = (await run.unit.replicated.get('name'))?.toString() ?? 'ann';
      await process.act(run, name);
      if (runs === 2) await write(store, 'name', 'bob');
      run.unit.replicated.put('done', Buffer.from(name));
    });
    await process.runtime.advance(0);
    expect([directory.made, [...directory.users], await process.intents()]).toEqual([['ann', 'bob'], ['bob'], []]);
  });

  it('does not happen where its intent cannot be committed', async () => {
    const full = new Process(store, directory, NOON, (limits) => {
      const unit = store.begin(limits);
      unit.commit = () => Promise.reject(new Error('disk full'));
      return unit;
    });
    await expect(full.request((run) => full.act(run, 'ann'))).rejects.toThrow('disk full');
    expect(directory.made).toEqual([]);
  });

  it('does not happen for an engine that could not undo it, or that is not here', async () => {
    for (const engine of [{}, undefined]) {
      process.engine = engine;
      await expect(process.request((run) => process.act(run, 'ann'))).rejects.toMatchObject({
        code: 'INTERNAL',
        message: 'ldap/: the engine makes effects that it cannot undo',
      });
    }
    expect([directory.made, await process.intents()]).toEqual([[], []]);
  });

  it('may belong to a request of another cluster, which changes nothing local but for that', async () => {
    const limits = { replicatedOnly: true, mayDelete: 'core/intent/' };
    await process.request(actAndCommit, ASKER, limits);
    await process.runtime.advance(MINUTE);
    expect([await process.intents(), [...directory.users]]).toEqual([[], ['ann']]);
    await expect(
      process.request(
        ({ unit }) => Promise.resolve(unit.local.put('record', { key: 'a', value: Buffer.of() })),
        ASKER,
        limits,
      ),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('whose time is over is undone at once, and again when nothing more can come of it', async () => {
    let arrive: () => void = () => undefined;
    const slow = () => new Promise<void>((resolve) => (arrive = resolve)).then(() => directory.create('ann'));
    const failed = process.request((run) => process.act(run, 'ann', slow));
    const outcome = expect(failed).rejects.toMatchObject({ code: 'OUTSIDE_UNANSWERED' });
    await process.runtime.advance(30 * SECOND);
    await outcome;
    expect(directory.undone).toEqual(['ann']);
    arrive();
    await process.runtime.advance(0);
    expect(directory.made).toEqual(['ann']);
    expect([[...directory.users], await process.intents()]).toEqual([[], []]);
  });

  it('of a request without end is forgotten a minute after it was noted', async () => {
    const failed = process.request((run) => process.act(run, 'ann', () => new Promise(() => undefined)));
    const outcome = expect(failed).rejects.toMatchObject({ code: 'OUTSIDE_UNANSWERED' });
    await process.runtime.advance(MINUTE - 1);
    await outcome;
    expect(await process.intents()).toHaveLength(1);
    await process.runtime.advance(1);
    expect([directory.undone, await process.intents()]).toEqual([['ann', 'ann'], []]);
  });

  describe('of a mount that is disabled', () => {
    it('is undone before, also where its request is under way, which does not commit', async () => {
      let commit: () => void = () => undefined;
      const request = process.request(async (run) => {
        await process.act(run, 'ann');
        await new Promise<void>((resolve) => (commit = resolve));
      });
      const outcome = expect(request).rejects.toMatchObject({ code: 'INTERNAL' });
      await process.runtime.advance(0);
      await process.room.intents.undoForMount(MOUNT, 'before');
      expect([[...directory.users], await process.intents()]).toEqual([[], []]);
      commit();
      await outcome;
      await process.runtime.advance(MINUTE);
      expect(directory.made).toEqual(['ann']);
    });

    it('is cut off, and undone when it has ended', async () => {
      const request = process.request((run) =>
        process.room.act(run, intentOf('ann'), async (signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          directory.create('ann');
        }),
      );
      const outcome = expect(request).rejects.toMatchObject({ message: 'ldap/ is disabled or moved' });
      await process.runtime.advance(0);
      await process.room.intents.undoForMount(MOUNT, 'before');
      await outcome;
      expect([directory.made, [...directory.users], await process.intents()]).toEqual([['ann'], [], []]);
    });

    it('is cut off, too, where that was done by another cluster, and what is left of it is kept and named', async () => {
      const asking = process.request((run) => process.room.ask(run, 'bind', () => new Promise(() => undefined)));
      const outcome = expect(asking).rejects.toMatchObject({ code: 'CLIENT_GONE' });
      const failed = process.request(async (run) => {
        await process.act(run, 'ann');
        process.mounted = false;
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      await process.room.intents.undoForMount(MOUNT, 'after');
      await process.runtime.advance(0);
      await outcome;
      expect([(await process.intents()).length, process.errors.length]).toEqual([1, 1]);
    });

    it('keeps the mount where it cannot be undone, or does not end', async () => {
      const failed = process.request(async (run) => {
        await process.act(run, 'ann');
        throw new Error('no');
      });
      directory.failure = new Error('connection refused');
      await expect(failed).rejects.toThrow('no');
      await expect(process.room.intents.undoForMount(MOUNT, 'before')).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'failed to undo "create-user" of ldap/: connection refused',
      });
      directory.failure = undefined;
      await process.room.intents.undoForMount(MOUNT, 'before');
      void process.request((run) => process.act(run, 'bob', () => new Promise(() => undefined))).catch(() => undefined);
      await process.runtime.advance(0);
      const unmounting = expect(process.room.intents.undoForMount(MOUNT, 'before')).rejects.toMatchObject({
        message: 'failed to undo "create-user" of ldap/: it is still under way',
      });
      await process.runtime.advance(5 * SECOND);
      await unmounting;
    });

    it('leaves those of other mounts alone', async () => {
      let commit: () => void = () => undefined;
      const request = process.request(async (run) => {
        await process.act(run, 'ann');
        await new Promise<void>((resolve) => (commit = resolve));
      });
      await process.runtime.advance(0);
      await process.room.intents.undoForMount({ ...MOUNT, uuid: 'another' }, 'before');
      commit();
      await request;
      expect([...directory.users]).toEqual(['ann']);
    });
  });

  it('leaves no byte of its facts in the clear', async () => {
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOON));
    const sealed = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    const other = new Process(sealed, directory);
    void other.request(async (run) => {
      await other.act(run, 'ann-of-the-record');
      await new Promise(() => undefined);
    });
    await other.runtime.advance(0);
    const [key] = await other.intents();
    const { sources } = sealed as unknown as { sources: { records: { get(key: string): Promise<Buffer> } } };
    expect((await sources.records.get(key as string)).toString('latin1')).not.toContain('ann-of-the-record');
    await sealed.close();
  });
});
