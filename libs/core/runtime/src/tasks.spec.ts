import fc from 'fast-check';
import { silentLogger } from '@tidelock/kernel';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import type { Life, Task } from './part';
import { RunningPart } from './running-part';
import { taskMetrics } from './task-metrics';
import { unlessEnded } from './unless-ended';
import { NOW, watchedRuntime } from './watched-runtime.testing';

describe('a tree of parts', () => {
  let { runtime, told, events, part } = watchedRuntime();
  beforeEach(() => ({ runtime, told, events, part } = watchedRuntime()));

  describe('with tasks', () => {
    /** A part with one task, and its life. */
    async function living(task: Omit<Task, 'name'>): Promise<{ task: Task; life: Life; running: RunningPart }> {
      const named = { name: 't', ...task };
      let life: Life | undefined;
      const running = await runtime.root.begin({ name: 'p', tasks: [named], start: (given) => void (life = given) });
      return { task: named, life: life as Life, running };
    }

    it('runs them at once, and again and again until the part ends', async () => {
      const at: number[] = [];
      const { running } = await living({ every: 60_000, run: () => void at.push(runtime.now()) });
      await runtime.advance(150_000);
      expect(at).toEqual([0, 60_000, 120_000]);
      await running.end();
      await runtime.advance(600_000);
      expect(at).toHaveLength(3);
    });

    it('runs them for the first time after as long as they say', async () => {
      const at: number[] = [];
      await living({ every: 10, after: 500, run: () => void at.push(runtime.now()) });
      await runtime.advance(515);
      expect(at).toEqual([500, 510]);
    });

    it('runs them when they say', async () => {
      const at: number[] = [];
      const pauses = [10, 500, Infinity];
      await living({ every: 60_000, run: () => (at.push(runtime.now()), pauses.shift()) });
      await runtime.advance(1_000_000);
      expect(at).toEqual([0, 10, 510]);
    });

    it('waits for a run when the part ends, having told it', async () => {
      const run = (signal: AbortSignal) =>
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            setImmediate(() => resolve(void events.push('run over')));
          }),
        );
      const running = await runtime.root.begin(part('a', { tasks: [{ name: 't', run }] }));
      const advanced = runtime.advance(1);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect(running.tasks()).toMatchObject([{ running: true }]);
      await running.end();
      await advanced;
      expect(events).toEqual(['+a', 'run over', '-a']);
    });

    it('begins none from the end of its parent on, while that still waits for others', async () => {
      const run = jest.fn();
      let go: () => void = () => undefined;
      const { life, task } = await living({ after: 1000, run });
      await runtime.root.begin(part('slow', { stop: () => new Promise<void>((resolve) => (go = resolve)) }));
      const ended = runtime.root.end();
      life.wake(task);
      await life.rerun(task);
      await runtime.advance(1000);
      go();
      await ended;
      expect([run.mock.calls, events]).toEqual([[], ['+slow']]);
    });

    it('tries again what failed, further and further apart, and says so', async () => {
      const at: number[] = [];
      let failure: Error | undefined = new Error('away');
      const { running, life, task } = await living({
        every: 9000,
        retry: { first: 100, longest: 400 },
        run: () => {
          at.push(runtime.now());
          if (failure !== undefined) throw failure;
        },
      });
      await runtime.advance(1000);
      expect(at).toEqual([0, 100, 300, 700]);
      expect(told[1]).toEqual([
        'warn',
        'a task failed; it is tried again',
        { task: 'node/p/t', reason: 'away', inMs: 200 },
      ]);
      expect(running.tasks()).toEqual([
        {
          path: 'node/p/t',
          running: false,
          runs: 4,
          failures: 4,
          lastRun: NOW + 700,
          lastDurationMs: 0,
          lastError: 'away',
          nextInMs: 100,
        },
      ]);
      // Who wakes it has it tried at the short intervals again.
      life.wake(task);
      await runtime.advance(150);
      expect(at.slice(4)).toEqual([1000, 1100]);
      failure = undefined;
      await runtime.advance(150);
      expect(running.tasks()).toMatchObject([{ runs: 7, failures: 6, lastError: undefined, nextInMs: 9000 }]);
    });

    it('tells the logger of the part of failures, and of those under it', async () => {
      const own: unknown[] = [];
      const logger = { ...silentLogger, warn: (...call: unknown[]) => void own.push(call[1]) };
      const fail = { name: 't', run: () => Promise.reject(new Error('away')) };
      const above = await runtime.root.begin({ name: 'p', logger });
      await above.begin({ name: 'q', tasks: [fail] });
      await runtime.advance(1);
      expect([own, told]).toEqual([[{ task: 'node/p/q/t', reason: 'away', inMs: 1000 }], []]);
    });

    it('says nothing of a run that its end has broken off', async () => {
      const { running } = await living({ run: (signal) => unlessEnded(signal, new Promise<void>(() => undefined)) });
      const advanced = runtime.advance(0);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      await running.end();
      await advanced;
      expect(told).toEqual([]);
    });

    it('runs what was woken while its part started, as soon as that has', async () => {
      const at: number[] = [];
      const task: Task = { name: 't', after: 5000, run: () => void at.push(runtime.now()) };
      await runtime.root.begin({
        name: 'p',
        tasks: [task],
        start: async (life) => {
          life.wake(task);
          await runtime.advance(1000);
        },
      });
      await runtime.advance(1000);
      expect(at).toEqual([1000]);
    });

    it('leaves alone what rests after a failure, whoever wakes it, and longer each time', async () => {
      const at: number[] = [];
      const { life, task } = await living({
        retry: { first: 10_000, longest: 40_000 },
        rests: true,
        run: () => {
          at.push(runtime.now());
          throw new Error('full');
        },
      });
      for (let second = 0; second < 72; second += 1) {
        life.wake(task);
        await runtime.advance(1000);
      }
      expect(at).toEqual([0, 10_000, 30_000, 70_000]);
    });

    it('never runs one twice at a time, and misses nobody who wakes it', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom('wake', 'rerun', 'pass'), fc.nat(30)), { maxLength: 30 }),
          async (steps) => {
            runtime = new TestRuntime(NOW);
            let [inside, most, asked, seen] = [0, 0, 0, 0];
            const { life, task } = await living({
              run: async () => {
                most = Math.max(most, (inside += 1));
                seen = asked;
                await new Promise(setImmediate);
                inside -= 1;
              },
            });
            const reruns: Promise<void>[] = [];
            for (const [what, milliseconds] of steps) {
              if (what === 'pass') await runtime.advance(milliseconds);
              else asked += 1;
              if (what === 'wake') life.wake(task, milliseconds);
              if (what === 'rerun') {
                const own = asked;
                reruns.push(life.rerun(task).then(() => expect(seen).toBeGreaterThanOrEqual(own)));
              }
            }
            await Promise.all(reruns);
            await runtime.advance(100);
            expect([most, seen]).toEqual([1, asked]);
            await runtime.root.end();
          },
        ),
        { numRuns: 50 },
      );
    });

    it('runs once more what is woken while it runs', async () => {
      const due: (() => void)[] = [];
      const timers = {
        now: () => 0,
        after: (_milliseconds: number, call: () => void) => (due.push(call), () => undefined),
      };
      const root = RunningPart.root('node', { timers, clock: runtime.clock, logger: silentLogger });
      const ends: (() => void)[] = [];
      const task: Task = { name: 't', run: () => new Promise<void>((resolve) => ends.push(resolve)) };
      let life: Life | undefined;
      await root.begin({ name: 'p', tasks: [task], start: (given) => void (life = given) });
      due[0]?.();
      life?.wake(task);
      due[1]?.();
      expect(ends).toHaveLength(1);
      ends[0]?.();
      await new Promise(setImmediate);
      expect(due).toHaveLength(3);
      due[2]?.();
      expect(ends).toHaveLength(2);
      ends[1]?.();
      await root.end();
      expect(due).toHaveLength(3);
    });

    it('ends what is asked for behind the end', async () => {
      const run = jest.fn();
      const { life, task, running } = await living({ run });
      await running.end();
      life.wake(task);
      await life.rerun(task);
      await runtime.advance(1000);
      expect(run).not.toHaveBeenCalled();
    });

    it('measures each', async () => {
      await living({ every: 1000, run: () => undefined });
      await runtime.advance(1500);
      const labels = { task: 'node/p/t' };
      expect(
        taskMetrics(runtime.root.tasks()).map(({ name, ...metric }) => [
          name,
          metric.kind !== 'summary' && metric.readings,
        ]),
      ).toEqual([
        ['tidelock.task.runs_total', [{ value: 2, labels }]],
        ['tidelock.task.failures_total', [{ value: 0, labels }]],
        ['tidelock.task.failing', [{ value: 0, labels }]],
        ['tidelock.task.last_run_timestamp_seconds', [{ value: (NOW + 1000) / 1000, labels }]],
        ['tidelock.task.last_duration_ms', [{ value: 0, labels }]],
      ]);
    });
  });
});
