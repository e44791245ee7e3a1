import type { Life } from './part';
import { watchedRuntime } from './watched-runtime.testing';

describe('a tree of parts', () => {
  let { runtime, told, events, part } = watchedRuntime();
  beforeEach(() => ({ runtime, told, events, part } = watchedRuntime()));

  it('starts from the root on, and ends the other way round, each part once', async () => {
    const a = await runtime.root.begin(part('a'));
    await a.begin(part('b'));
    await (await a.begin(part('c'))).begin(part('d'));
    await Promise.all([runtime.root.end(), a.end(), runtime.root.end()]);
    expect(events).toEqual(['+a', '+b', '+c', '+d', '-d', '-c', '-b', '-a']);
    await expect(a.begin(part('e'))).rejects.toThrow('node/a/e cannot start: node/a has ended');
  });

  it('replaces a child', async () => {
    const first = await runtime.root.begin(part('role'));
    await expect(runtime.root.begin(part('role'))).rejects.toThrow('node/role is alive already');
    await first.end();
    await runtime.root.begin(part('role'));
    expect(events).toEqual(['+role', '-role', '+role']);
    expect(runtime.root.has({ name: 'role' })).toBe(true);
  });

  it('lets a part begin others under itself, as it starts, too', async () => {
    const begin = (name: string) => ({ name, start: async (life: Life) => void (await life.begin(part('b'))) });
    const a = await runtime.root.begin(part('a', begin('a')));
    expect(runtime.root.has({ name: 'a' })).toBe(true);
    await a.end();
    expect(events).toEqual(['+b', '-b', '-a']);
    const late = runtime.root.begin(part('c', begin('c')));
    await runtime.root.end();
    await expect(late).rejects.toMatchObject({ code: 'SEALED' });
  });

  it('has nothing of a part that cannot start, and does not stop it, but what it had begun', async () => {
    const run = jest.fn();
    const task = { name: 't', run };
    const start = async (life: Life) => {
      life.wake(task);
      await runtime.advance(1000);
      await life.begin(part('b', { tasks: [{ name: 't', run }] }));
      throw new Error('no room');
    };
    await expect(runtime.root.begin(part('a', { start, tasks: [task] }))).rejects.toThrow('no room');
    await runtime.advance(1000);
    expect([runtime.root.tasks(), events, run.mock.calls]).toEqual([[], ['+b', '-b'], []]);
  });

  it('can begin anew what could not start', async () => {
    const start = () => Promise.reject(new Error('no room'));
    await expect(
      runtime.root.begin(part('a', { start, tasks: [{ name: 't', run: () => undefined }] })),
    ).rejects.toThrow('no room');
    expect([runtime.root.has({ name: 'a' }), runtime.root.tasks(), events]).toEqual([false, [], []]);
  });

  it('stops what is being started when its parent ends', async () => {
    let go: () => void = () => undefined;
    const run = jest.fn();
    const start = async ({ signal }: Life) => {
      events.push('starting');
      await new Promise<void>((resolve) => (go = resolve));
      events.push(signal.aborted ? 'ended' : 'not ended');
    };
    const begun = runtime.root.begin(part('a', { start, tasks: [{ name: 't', run }] }));
    const ended = runtime.root.end();
    go();
    await expect(begun).rejects.toThrow('node/a ended while it started');
    await ended;
    expect(events).toEqual(['starting', 'ended', '-a']);
    await runtime.advance(1000);
    expect(run).not.toHaveBeenCalled();
  });

  it('goes on ending where a part fails at it, and says so', async () => {
    await runtime.root.begin(part('a'));
    await runtime.root.begin(part('b', { stop: () => Promise.reject(new Error('stuck')) }));
    await runtime.root.end();
    expect(events.at(-1)).toBe('-a');
    expect(told).toEqual([['error', 'a part of the service failed as it ended', { part: 'node/b', reason: 'stuck' }]]);
  });
});
