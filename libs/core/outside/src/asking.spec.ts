import fc from 'fast-check';
import { scopeOf } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { ASKER, Directory, memoryStore, Process, type Run, SECOND, write } from './outside-room.testing';

/** An answer that a test gives when it likes. */
function pending<T>() {
  let answer: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (answer = resolve));
  return { promise, answer };
}

describe('Asking outside the store', () => {
  let store: ClusterStore;
  let process: Process;

  beforeEach(async () => {
    store = await memoryStore();
    process = new Process(store, new Directory());
    await process.start();
  });

  afterEach(async () => {
    await process.runtime.root.end();
    await store.close();
  });

  it('runs the handler again behind the answer, in the state of the store as it is then', async () => {
    const seen: (string | undefined)[] = [];
    let asked = 0;
    const outcome = await process.request(async ({ unit, scope }) => {
      seen.push((await unit.replicated.get('key'))?.toString());
      const answer = await process.room.ask({ scope }, 'question', async () => {
        asked += 1;
        await write(store, 'key', 'changed meanwhile');
        return 'answer';
      });
      unit.replicated.put('result', Buffer.from(answer));
      return answer;
    });
    expect(outcome).toBe('answer');
    expect(seen).toEqual([undefined, 'changed meanwhile']);
    expect(asked).toBe(1);
    expect((await store.replicated.get('result'))?.toString()).toBe('answer');
  });

  it('commits nothing of the run that asked', async () => {
    await process.request(async ({ unit, scope }) => {
      const runs = (await store.replicated.keys('run/')).length;
      unit.replicated.put(`run/${runs}`, Buffer.from('x'));
      await process.room.ask({ scope }, 'question', () => write(store, 'run/other'));
    });
    expect(await store.replicated.keys('run/')).toEqual(['run/1', 'run/other']);
  });

  it('runs a handler again that takes that for an error of its own, or for none', async () => {
    for (const failure of [undefined, new Error('the directory failed')]) {
      const answers: unknown[] = [];
      await process.request(async ({ unit, scope }) => {
        unit.replicated.put(`swallowed/${answers.length}`, Buffer.from('x'));
        try {
          answers.push(await process.room.ask({ scope }, 'question', async () => 'answer'));
        } catch {
          answers.push('none');
          if (failure) throw failure;
        }
      });
      expect(answers).toEqual(['none', 'answer']);
    }
    expect(await store.replicated.keys('swallowed/')).toEqual(['swallowed/1']);
  });

  it('does so, too, for what the service does by itself', async () => {
    const answers: unknown[] = [];
    await process.room.transact(ASKER, 'by itself', async (unit) => {
      unit.replicated.put(`itself/${answers.length}`, Buffer.from('x'));
      const ask = process.room.ask({ scope: scopeOf(unit) }, 'question', async () => 'answer');
      answers.push(await ask.catch(() => 'none'));
    });
    expect(answers).toEqual(['none', 'answer']);
    expect(await store.replicated.keys('itself/')).toEqual(['itself/1']);
  });

  it('throws what the asking threw to the handler, in each run, which may go on with something else', async () => {
    const failure = new TidelockError('PERMISSION_DENIED');
    let asked = 0;
    const ask = ({ scope }: Run) =>
      process.room.ask({ scope }, 'first', async () => {
        asked += 1;
        throw failure;
      });
    await expect(process.request(ask)).rejects.toBe(failure);
    const errors: unknown[] = [];
    await process.request((run) =>
      ask(run).catch((error: unknown) => process.room.ask(run, 'second', async () => errors.push(error))),
    );
    expect(errors).toEqual([failure]);
    expect(asked).toBe(2);
  });

  it('asks at the same time what is asked at the same time', async () => {
    const answers = { a: pending<string>(), b: pending<string>() };
    let asked = 0;
    let runs = 0;
    const both = process.request(({ scope }) => {
      runs += 1;
      const ask = (name: 'a' | 'b') =>
        process.room.ask({ scope }, name, () => {
          asked += 1;
          return answers[name].promise;
        });
      return Promise.all([ask('a'), ask('b')]);
    });
    await process.runtime.advance(0);
    expect(asked).toBe(2);
    answers.b.answer('B');
    answers.a.answer('A');
    expect(await both).toEqual(['A', 'B']);
    expect(runs).toBe(2);
  });

  it('keeps the answers of one request from all others', async () => {
    const ask = (value: number) =>
      process.request(({ scope }) => process.room.ask({ scope }, 'question', async () => value));
    expect(await Promise.all([ask(1), ask(2)])).toEqual([1, 2]);
  });

  it('cuts off who asks for ever new things', async () => {
    let runs = 0;
    const endless = process.request(({ scope }) =>
      process.room.ask({ scope }, `question ${(runs += 1)}`, async () => 1),
    );
    await expect(endless).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('ldap/: the engine asked for more than 64 things'),
    });
    expect(runs).toBe(65);
    const wide = process.request(({ scope }) =>
      Promise.all(Array.from({ length: 65 }, (_, n) => process.room.ask({ scope }, `${n}`, async () => n))),
    );
    await expect(wide).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is for transactions: not for a scope whose request has ended', async () => {
    const scope = await process.request(async (run) => run.scope);
    await expect(process.room.ask({ scope }, 'question', async () => 1)).rejects.toThrow('within a transaction only');
  });

  describe('has an end', () => {
    const never = (signals: AbortSignal[]) => (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    };
    const settles = (work: Promise<unknown>) => {
      const outcome: { error?: unknown } = {};
      work.catch((error: unknown) => (outcome.error = error));
      return outcome;
    };

    it.each([
      ['after 30 seconds', {}, 30],
      ['when the request has no time left', { left: () => 4 * SECOND }, 4],
    ])('%s, which the handler is told by an error that names mount and question', async (_, more, seconds) => {
      const signals: AbortSignal[] = [];
      let runs = 0;
      const asked = process.request(
        ({ scope }) => {
          runs += 1;
          return process.room.ask({ scope }, 'bind', never(signals));
        },
        { ...ASKER, ...more },
      );
      const outcome = settles(asked);
      await process.runtime.advance(seconds * SECOND - 1);
      expect([outcome.error, signals[0]?.aborted]).toEqual([undefined, false]);
      await process.runtime.advance(1);
      expect(signals[0]?.aborted).toBe(true);
      expect(outcome.error).toMatchObject({
        code: 'OUTSIDE_UNANSWERED',
        status: 502,
        errors: [`ldap/: "bind" was not answered within ${seconds}s: context deadline exceeded`],
      });
      expect(runs).toBe(2);
    });

    it('when nobody waits for the answer any more: the handler runs no more', async () => {
      const client = new AbortController();
      const signals: AbortSignal[] = [];
      let runs = 0;
      const asked = process.request(
        ({ scope }) => {
          runs += 1;
          return process.room.ask({ scope }, 'bind', never(signals)).catch(() => 'handled');
        },
        { ...ASKER, gone: () => client.signal },
      );
      const outcome = settles(asked);
      await process.runtime.advance(SECOND);
      client.abort(new TidelockError('CLIENT_GONE'));
      await process.runtime.advance(0);
      expect(outcome.error).toMatchObject({ code: 'CLIENT_GONE' });
      expect([signals[0]?.aborted, runs]).toEqual([true, 1]);
      await expect(
        process.request(({ scope }) => process.room.ask({ scope }, 'bind', never(signals)), {
          ...ASKER,
          gone: () => client.signal,
        }),
      ).rejects.toMatchObject({ code: 'CLIENT_GONE' });
      expect(signals).toHaveLength(1);
    });

    it('when the cluster seals, at once, and nothing else is asked until it is unsealed', async () => {
      const signals: AbortSignal[] = [];
      const ask = () => process.request(({ scope }) => process.room.ask({ scope }, 'bind', never(signals)));
      const outcome = settles(ask());
      await process.runtime.advance(SECOND);
      await process.runtime.root.end();
      await process.runtime.advance(0);
      expect(outcome.error).toMatchObject({ code: 'SEALED' });
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      await expect(ask()).rejects.toMatchObject({ code: 'SEALED' });
      expect(signals).toHaveLength(1);
      const again = new Process(store, process.directory);
      await again.start();
      expect(await again.request(({ scope }) => again.room.ask({ scope }, 'bind', async () => 'bound'))).toBe('bound');
    });
  });

  it('lets a slow handler commit in as many runs as it has questions, whatever others commit while it asks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('read', 'written', 'other'), { maxLength: 5 }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (commitsByQuestion) => {
          let runs = 0;
          await process.request(async ({ unit, scope }) => {
            runs += 1;
            await unit.replicated.get('slow/read');
            for (const [at, commits] of commitsByQuestion.entries())
              await process.room.ask({ scope }, `${at}`, async () => {
                for (const key of commits) await write(store, `slow/${key}`);
              });
            unit.replicated.put('slow/written', Buffer.from('slow'));
          });
          expect(runs).toBe(commitsByQuestion.length + 1);
          expect((await store.replicated.get('slow/written'))?.toString()).toBe('slow');
        },
      ),
      { numRuns: 30 },
    );
  });
});
