import { silentLogger } from '@tidelock/kernel';
import type { Life, Part } from './part';
import { RunningPart } from './running-part';

const forever = (): Promise<void> => new Promise(() => undefined);
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
};

/** A tree whose time passes for those who wait for nothing else, so that a run may hang. */
function tree() {
  const told: unknown[] = [];
  const events: string[] = [];
  const waiting = new Set<{ readonly call: () => void; readonly milliseconds: number }>();
  const timers = {
    now: () => 0,
    after(milliseconds: number, call: () => void) {
      const timer = { call, milliseconds };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
  };
  /** Has those fire that wait for no longer, and whatever is due at once then. */
  const pass = async (milliseconds: number): Promise<void> => {
    await turns();
    for (const timer of [...waiting]) {
      if (timer.milliseconds > milliseconds) continue;
      waiting.delete(timer);
      timer.call();
    }
    await turns();
    if ([...waiting].some((timer) => timer.milliseconds === 0)) await pass(0);
  };
  const logger = { ...silentLogger, error: (_message: string, facts?: object) => void told.push(facts) };
  const root = RunningPart.root('node', { timers, clock: { now: () => 0 }, logger });
  const part = (name: string, more: Partial<Part> = {}): Part => ({
    name,
    stop: () => void events.push(`-${name}`),
    ...more,
  });
  return { root, told, events, waiting, pass, part };
}

describe('a part whose end is waited for with patience', () => {
  it('leaves a task behind that ignores its signal, names it, and ends what is around it', async () => {
    const { root, told, events, part, pass, waiting } = tree();
    const unsealed = await root.begin(part('unsealed'));
    const mounts = await unsealed.begin(part('mounts'));
    let heard: AbortSignal | undefined;
    const run = (signal: AbortSignal) => ((heard = signal), forever());
    await mounts.begin(part('stuck', { tasks: [{ name: 'rotate', run }] }));
    await mounts.begin(part('sound', { tasks: [{ name: 't', every: 1, run: () => undefined }] }));
    await pass(0);
    const ended = unsealed.end(5000);
    await pass(4000);
    expect([events, root.has({ name: 'unsealed' }), heard?.aborted]).toEqual([['-sound'], true, true]);
    await pass(5000);
    await ended;
    expect(events).toEqual(['-sound', '-stuck', '-mounts', '-unsealed']);
    expect(told).toEqual([{ part: 'node/unsealed/mounts/stuck', what: 'node/unsealed/mounts/stuck/rotate' }]);
    expect(root.tasks()).toEqual([]);
    await root.begin(part('unsealed'));
    expect(waiting.size).toBe(0);
  });

  it('leaves a stop and a start behind that hang', async () => {
    const { root, told, events, part, pass } = tree();
    const above = await root.begin(part('above'));
    await above.begin(part('stops', { stop: forever }));
    const begun = above.begin(part('starts', { start: forever })).catch(() => undefined);
    const ended = above.end(5000);
    await pass(5000);
    await pass(500);
    await ended;
    expect(told).toEqual([
      { part: 'node/above/starts', what: 'its start' },
      { part: 'node/above/stops', what: 'its stop' },
    ]);
    expect(events).toEqual(['-above']);
    void begun;
  });

  it('gives all those that hang beside each other their grace at the same time', async () => {
    const { root, told, events, part, pass } = tree();
    const above = await root.begin(part('above'));
    for (const name of ['a', 'b', 'c']) await above.begin(part(name, { stop: forever }));
    await above.begin(part('sound'));
    const ended = above.end(5000);
    await pass(5000);
    await pass(500);
    expect(root.has({ name: 'above' })).toBe(false);
    await ended;
    expect(told).toEqual(['c', 'b', 'a'].map((name) => ({ part: `node/above/${name}`, what: 'its stop' })));
    expect(events).toEqual(['-sound', '-above']);
  });

  it('waits for the others, also where one has used the patience up', async () => {
    const { root, told, events, part, pass } = tree();
    const above = await root.begin(part('above'));
    await above.begin(part('slow', { stop: async () => (await turns(), void events.push('-slow')) }));
    await above.begin(part('stuck', { tasks: [{ name: 't', run: forever }] }));
    await pass(0);
    const ended = above.end(5000);
    await pass(5000);
    await ended;
    expect([events.slice(0, 2).sort(), events.slice(2)]).toEqual([['-slow', '-stuck'], ['-above']]);
    expect(told).toHaveLength(1);
  });

  it('has it also where somebody waits for its end already', async () => {
    const { root, part, pass } = tree();
    let life: Life | undefined;
    const role = await root.begin(part('role', { start: (given) => void (life = given) }));
    const alive = await (life as unknown as Life).begin(part('stream', { tasks: [{ name: 't', run: forever }] }));
    await pass(0);
    const first = alive.end();
    const second = role.end(5000);
    await pass(5000);
    await Promise.all([first, second]);
    expect(root.has({ name: 'role' })).toBe(false);
  });

  it('says nothing, and keeps no timer, where all ends in time', async () => {
    const { root, told, part, waiting } = tree();
    const above = await root.begin(part('above'));
    await above.begin(part('below'));
    await above.end(5000);
    expect([told, waiting.size]).toEqual([[], 0]);
  });
});
