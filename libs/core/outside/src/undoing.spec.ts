import fc from 'fast-check';
import type { EngineContext, Intent } from '@tidelock/engine-api';
import type { ClusterStore, Store } from '@tidelock/store';
import { ASKER, Directory, intentOf, memoryStore, MOUNT, NOON, Process, SECOND, write } from './outside-room.testing';

const MINUTE = 60 * SECOND;

describe('An effect of a process that was killed', () => {
  let store: ClusterStore;
  let directory: Directory;
  let process: Process;
  const others: Process[] = [];

  beforeEach(async () => {
    store = await memoryStore();
    directory = new Directory();
    process = new Process(store, directory);
    await process.start();
  });

  afterEach(async () => {
    for (const { runtime } of [process, ...others.splice(0)]) await runtime.root.end();
    await store.close();
  });

  /** Another process over the same store, that the spec bends before it starts. */
  async function next(laterMs = 0, bend: (after: Process) => void = () => undefined): Promise<Process> {
    const after = new Process(store, directory, NOON + laterMs);
    others.push(after);
    bend(after);
    await after.start();
    return after;
  }

  const status = (of: Process) => of.runtime.root.tasks().find(({ path }) => path === 'node/intents/undo');

  /** Makes the effect, and never gets to its commit. */
  const kill = async (name = 'ann'): Promise<void> => {
    void process.request(async (run) => {
      await process.act(run, name);
      await new Promise(() => undefined);
    });
    await process.runtime.advance(0);
    expect([...directory.users]).toContain(name);
  };

  it('is undone by the next, and once more when nothing can come of it any more', async () => {
    await kill();
    const after = await next(SECOND);
    expect([[...directory.users], await after.intents()]).toEqual([[], [expect.anything()]]);
    // What the killed one had asked arrives now.
    directory.create('ann');
    await after.runtime.advance(MINUTE - SECOND - 1);
    expect([...directory.users]).toEqual(['ann']);
    await after.runtime.advance(1);
    expect([[...directory.users], await after.intents()]).toEqual([[], []]);
    await after.runtime.advance(60 * MINUTE);
    expect(directory.undone).toEqual(['ann', 'ann']);
  });

  it('is not undone by a process while its request is under way there', async () => {
    await kill();
    process.room.intents.wake();
    await process.runtime.advance(60 * MINUTE);
    expect([...directory.users]).toEqual(['ann']);
  });

  it('does not commit any more once it is being undone', async () => {
    let commit: () => void = () => undefined;
    const request = process.request(async (run) => {
      await process.act(run, 'ann');
      await new Promise<void>((resolve) => (commit = resolve));
    });
    const outcome = expect(request).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'what the request had brought about outside was undone meanwhile',
    });
    await process.runtime.advance(0);
    await next();
    commit();
    await outcome;
    expect([...directory.users]).toEqual([]);
  });

  it('is told to the engine of its mount, with what that needs', async () => {
    await kill();
    const seen: unknown[] = [];
    directory.undoIntent = async (intent: Intent, at: EngineContext) => void seen.push(intent, at.mount, at.now);
    await next(SECOND);
    expect(seen).toEqual([intentOf('ann'), MOUNT, NOON + SECOND]);
  });

  it('may ask outside as it is undone', async () => {
    await kill();
    const after = new Process(store, directory, NOON + MINUTE);
    others.push(after);
    after.engine = {
      undoIntent: async ({ facts }, at) => {
        await after.room.ask(at, 'drop', async () => directory.users.delete(String(facts['name'])));
      },
    };
    await after.start();
    expect([[...directory.users], await after.intents()]).toEqual([[], []]);
  });

  it('is tried again with growing pauses where undoing fails, which the list of tasks shows', async () => {
    await kill();
    directory.failure = new Error('connection refused');
    const after = await next(MINUTE);
    expect(status(after)).toMatchObject({
      runs: 1,
      failures: 1,
      lastError: 'effects outside the store that are still to be undone: 1; the first: connection refused',
    });
    const tries = (): number => after.warnings.length;
    after.room.intents.wake();
    await after.runtime.advance(0);
    expect(tries()).toBe(1);
    const pauses: number[] = [];
    for (let passed = 0, last = 0; passed < 310; passed += 1) {
      const before = tries();
      await after.runtime.advance(SECOND);
      if (tries() === before) continue;
      pauses.push(passed + 1 - last);
      last = passed + 1;
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160]);
    directory.failure = undefined;
    await after.runtime.advance(320 * SECOND);
    expect([[...directory.users], await after.intents(), status(after)?.lastError]).toEqual([[], [], undefined]);
  });

  it('holds up no other that can be undone', async () => {
    for (const name of ['ann', 'bob']) await kill(name);
    const undo = directory.undoIntent.bind(directory);
    directory.undoIntent = async (intent, at) => {
      if (intent.facts['name'] === 'ann') throw new Error('not this one');
      return undo(intent, at);
    };
    const after = await next(MINUTE);
    expect([[...directory.users], (await after.intents()).length]).toEqual([['ann'], 1]);
  });

  it('is given up by force, after one attempt and by its name in the log, where its outside is gone for good', async () => {
    await kill();
    directory.failure = new Error('connection refused');
    const after = await next(SECOND);
    for (const elsewhere of ['ldap/users/', 'ldap2/']) await after.room.intents.giveUp(elsewhere);
    expect([(await after.intents()).length, after.errors, after.warnings.length]).toEqual([1, [], 1]);
    await after.room.intents.giveUp('ldap/');
    const facts = { mount: 'ldap/', kind: 'create-user', facts: '{"name":"ann"}', reason: 'connection refused' };
    expect(after.errors).toEqual([
      ['an effect outside the store was given up; nobody undoes it', expect.objectContaining(facts)],
    ]);
    await after.room.intents.undoForMount(MOUNT, 'before');
    await after.runtime.advance(MINUTE);
    expect([await after.intents(), after.warnings.length, status(after)?.lastError]).toEqual([[], 2, undefined]);
  });

  it('is not given up by force where it can be undone, or a request still holds it', async () => {
    await kill();
    await process.room.intents.giveUp('');
    expect([[...directory.users], (await process.intents()).length]).toEqual([['ann'], 1]);
    const after = await next(MINUTE, ({ room }) => room.intents.giveUp(''));
    expect([[...directory.users], await after.intents(), after.errors]).toEqual([[], [], []]);
  });

  describe('whose mount is gone', () => {
    const withoutMount = async (): Promise<Process> => {
      await kill();
      return next(SECOND, (process) => (process.mounted = false));
    };

    it('waits for that, named in the log once, and no failure of its task', async () => {
      const after = await withoutMount();
      for (let minute = 0; minute < 5; minute += 1) {
        after.room.intents.wake();
        await after.runtime.advance(MINUTE);
      }
      expect([await after.intents(), status(after)?.lastError]).toEqual([[expect.any(String)], undefined]);
      const facts = {
        mount: 'ldap/',
        kind: 'create-user',
        facts: '{"name":"ann"}',
        noted: new Date(NOON).toISOString(),
      };
      const text = 'the mount of an effect outside the store is gone; nobody undoes it unless the mount comes back';
      expect([after.errors, after.warnings]).toEqual([[[text, facts]], []]);
    });

    it('is undone when that is back', async () => {
      const after = await withoutMount();
      after.mounted = true;
      after.room.intents.retryMounted();
      await after.runtime.advance(MINUTE);
      expect([[...directory.users], await after.intents()]).toEqual([[], []]);
    });

    it('is given up by force', async () => {
      const after = await withoutMount();
      await after.room.intents.giveUp('ldap/');
      expect([await after.intents(), after.errors.length]).toEqual([[], 2]);
    });
  });

  it('waits for a build that has its engine', async () => {
    await kill();
    const after = await next(SECOND, (process) => (process.engine = undefined));
    expect(await after.intents()).toHaveLength(1);
    after.engine = directory;
    await after.runtime.advance(2 * MINUTE);
    expect([[...directory.users], await after.intents()]).toEqual([[], []]);
  });
  it('cannot be undone once its record was changed by hand; that is said, and holds up nothing', async () => {
    const unit = store.begin();
    unit.local.put('record', { key: 'core/intent/edited', value: Buffer.from('{}') });
    await unit.commit();
    const { database } = store as unknown as { database: { write(statement: object): Promise<unknown> } };
    await database.write({
      sql: `UPDATE local_record SET value = x'00' WHERE key = 'core/intent/edited' RETURNING 1`,
      parameters: [],
    });
    (store as unknown as { sources: { records: { clear(): void } } }).sources.records.clear();
    const after = await next();
    expect(await after.intents()).toEqual([]);
    expect(after.errors).toEqual([[expect.stringContaining('changed outside the service'), { intent: 'edited' }]]);
  });

  it('is there exactly if its request has committed, wherever the process is killed, and after the next has begun', async () => {
    class Killed extends Error {}
    /** Steps of a request that make one effect, and commit: before and after each commit and effect. */
    const STEPS = 12;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(STEPS),
        fc.array(fc.constantFrom('conflict', 'quiet'), { maxLength: 3 }),
        fc.boolean(),
        async (killedAt, weather, comesLate) => {
          const own = await memoryStore();
          const outside = new Directory();
          let steps = 0;
          const step = (): void => {
            if (steps === killedAt) throw new Killed();
            steps += 1;
          };
          const first = new Process(own, outside, NOON, (limits) => guarded(own.begin(limits)));
          const guarded = (unit: ReturnType<Store['begin']>) => {
            const commit = unit.commit.bind(unit);
            unit.commit = async () => {
              step();
              const receipt = await commit();
              step();
              return receipt;
            };
            return unit;
          };
          let late: (() => void) | undefined;
          let runs = 0;
          const request = first.room.attempts.transact(ASKER, async (unit) => {
            await unit.replicated.get('read');
            await first.act({ unit, scope: unit as never, mount: MOUNT }, 'ann', async () => {
              step();
              if (comesLate && steps === killedAt) late = () => outside.create('ann');
              else outside.create('ann');
              step();
            });
            unit.replicated.put('role/ann', Buffer.from('x'));
            if (weather[runs++] === 'conflict') await write(own, 'read');
          });
          await request.catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
          const isCommitted = (await own.replicated.get('role/ann')) !== undefined;
          const isIntended = (await own.local.keys('core/intent/')).length > 0;
          expect(outside.made.length).toBeLessThanOrEqual(1);
          expect(outside.users.has('ann')).toBe(isCommitted || (isIntended && outside.users.has('ann')));
          expect(isIntended && isCommitted).toBe(false);
          const second = new Process(own, outside, NOON);
          await second.start();
          late?.();
          await second.runtime.advance(2 * MINUTE);
          expect(outside.users.has('ann')).toBe(isCommitted);
          expect(await own.local.keys('core/intent/')).toEqual([]);
          await second.runtime.root.end();
          await own.close();
        },
      ),
      { numRuns: 100 },
    );
  });
});
