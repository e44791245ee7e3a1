import { type BackgroundTask, Engine, type MountContext } from '@tidelock/engine-api';
import { OutsideRoom } from '@tidelock/core/outside';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { loadedRoom, replicatedMount } from '../mounts-room.testing';

interface State {
  readonly at: MountContext;
  readonly seen: string[];
}

/** An engine that notes what is asked of it. */
@Engine({ kind: 'secret', type: 'notes', help: 'Notes.', localPrefixes: ['here/'] })
class Notes {
  readonly log: string[] = [];
  readonly runs: string[] = [];
  /** Waited for by each opening. */
  opening: Promise<unknown> = Promise.resolve();
  failing = false;
  /** Waited for by each run of a task, which ignores its signal. */
  running: Promise<unknown> = Promise.resolve();
  /** Of the last run, by the task's place. */
  readonly signals: Record<string, AbortSignal> = {};
  readonly background: readonly BackgroundTask<State>[] = (['writer', 'each-cluster'] as const).map((on) => ({
    name: `${on}-task`,
    everySeconds: 60,
    on,
    run: async ({ mount, signal }) => {
      this.runs.push(`${on} ${mount.path}`);
      this.signals[on] = signal;
      await this.running;
    },
  }));

  async open(at: MountContext): Promise<State> {
    this.log.push(`open ${at.mount.path}`);
    await this.opening;
    if (this.failing) throw new TidelockError('STORAGE_UNAVAILABLE');
    return { at, seen: [] };
  }

  close({ at }: State): void {
    this.log.push(`close ${at.mount.path} ${at.signal.aborted}`);
  }

  invalidate({ seen }: State, key: string): void {
    seen.push(key);
  }
}

async function room(notes = new Notes()) {
  const made = await loadedRoom({ engines: [notes] });
  await made.runtime.root.begin({
    name: 'unsealed',
    start: async (life) => {
      await life.begin(made.table);
      await made.table.load();
      await life.begin({
        name: 'active',
        start: async (active) => void (await active.begin(made.table.parts.writers)),
      });
    },
  });
  const state = (path: string): Promise<State> => made.table.route(path)!.open!.use(async (value) => value as State);
  return { ...made, notes, state };
}

describe('an open mount', () => {
  it('opens where a request has made it, and where the stream brings it; closes as it goes', async () => {
    const { enable, run, admin, memory, table, notes, runtime } = await room();
    await enable('mine', { type: 'notes' });
    memory.stream(replicatedMount('theirs/', { type: 'notes' }));
    await table.caughtUp();
    expect(notes.log).toEqual(['open mine/', 'open theirs/']);
    await run((scope) => admin.disable(scope, 'secret', 'mine'));
    await runtime.advance(0);
    expect(notes.log.at(-1)).toBe('close mine/ true');
  });

  it('stays open while it is tuned and moved, and knows where it is', async () => {
    const { enable, run, admin, notes, state } = await room();
    await enable('mine', { type: 'notes' });
    const { at } = await state('mine/');
    await run((scope) => admin.tune(scope, 'secret', 'mine', { description: 'd' }));
    await run((scope) => admin.remount(scope, 'mine', 'moved'));
    expect(notes.log).toEqual(['open mine/']);
    expect((await state('moved/')).at).toBe(at);
    expect([at.mount.path, at.signal.aborted]).toEqual(['moved/', false]);
  });

  it('closes with the mount table', async () => {
    const { enable, notes, runtime, table } = await room();
    await enable('mine', { type: 'notes' });
    await runtime.root.end();
    expect(notes.log).toEqual(['open mine/', 'close mine/ true']);
    await expect(
      table.route('mine/')?.open?.use(async () => undefined) ?? Promise.reject(new Error('gone')),
    ).rejects.toThrow('gone');
  });

  it('has requests wait for its opening, and tries that again with the next one where it failed', async () => {
    const notes = new Notes();
    let open = (): void => undefined;
    notes.opening = new Promise<void>((resolve) => (open = resolve));
    const { enable, state } = await room(notes);
    await enable('mine', { type: 'notes' });
    notes.failing = true;
    const first = state('mine/');
    open();
    await expect(first).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    notes.failing = false;
    expect((await state('mine/')).at.mount.path).toBe('mine/');
    expect(notes.log).toEqual(['open mine/', 'open mine/']);
  });

  it('waits at its end for the requests that are under way, and takes no other', async () => {
    const { enable, run, admin, table, notes, runtime } = await room();
    await enable('mine', { type: 'notes' });
    const open = table.route('mine/')!.open!;
    let finish = (): void => undefined;
    const underWay = open.use(() => new Promise<void>((resolve) => (finish = resolve)));
    await runtime.advance(0);
    await run((scope) => admin.disable(scope, 'secret', 'mine'));
    await runtime.advance(0);
    await expect(open.use(async () => undefined)).rejects.toMatchObject({ status: 503 });
    expect(notes.log).toEqual(['open mine/']);
    finish();
    await underWay;
    await runtime.advance(0);
    expect(notes.log).toEqual(['open mine/', 'close mine/ true']);
  });

  it('is not closed under a request that waited for its opening', async () => {
    const notes = new Notes();
    let open = (): void => undefined;
    notes.opening = new Promise<void>((resolve) => (open = resolve));
    const { enable, run, admin, table, runtime } = await room(notes);
    await enable('mine', { type: 'notes' });
    const waiting = table.route('mine/')!.open!.use(async () => void notes.log.push('request'));
    await run((scope) => admin.disable(scope, 'secret', 'mine'));
    open();
    await waiting;
    await runtime.advance(0);
    expect(notes.log).toEqual(['open mine/', 'request', 'close mine/ true']);
  });

  it('hears of keys that change while it opens, once it is open', async () => {
    const notes = new Notes();
    let open = (): void => undefined;
    notes.opening = new Promise<void>((resolve) => (open = resolve));
    const { enable, memory, state } = await room(notes);
    const { uuid } = await enable('mine', { type: 'notes' });
    memory.stream({ [`entry/${uuid}/config`]: Buffer.from('1') });
    open();
    expect((await state('mine/')).seen).toEqual(['config']);
  });

  it('reads and writes the storage of its mount, outside any request', async () => {
    const { enable, state, memory } = await room();
    const { uuid } = await enable('mine', { type: 'notes' });
    const { at } = await state('mine/');
    await at.transact(async (storage) => {
      await storage.put('a', Buffer.from('1'));
      await storage.put('here/b', Buffer.from('2'));
    });
    expect(await at.read((storage) => storage.get('a'))).toEqual(Buffer.from('1'));
    expect(memory.records.replicated.has(`entry/${uuid}/a`)).toBe(true);
    expect(memory.records.local.has(`entry/${uuid}/here/b`)).toBe(true);
  });
});

describe('an open mount whose users hang as it goes', () => {
  it('is left behind after a while; its state is closed once they are gone, and nothing comes of what they still do', async () => {
    const { enable, run, admin, table, notes, runtime, state, memory } = await room();
    const { uuid } = await enable('mine', { type: 'notes' });
    const open = table.route('mine/')!.open!;
    const { at } = await state('mine/');
    let finish = (): void => undefined;
    const hanging = open.use(() => new Promise<void>((resolve) => (finish = resolve)));
    let write = (): void => undefined;
    const writing = at.transact(async (storage) => {
      await new Promise<void>((resolve) => (write = resolve));
      await storage.put('late', Buffer.from('x'));
    });
    await runtime.advance(0);
    await run((scope) => admin.disable(scope, 'secret', 'mine'));
    await runtime.advance(60_000);
    expect(runtime.root.tasks().filter(({ path }) => path.includes(open.name))).toEqual([]);
    write();
    finish();
    for (const late of [hanging, writing, at.transact(async () => undefined), at.read(async () => undefined)])
      await expect(late).rejects.toMatchObject({ code: 'SEALED' });
    await runtime.advance(0);
    expect(memory.records.replicated.has(`entry/${uuid}/late`)).toBe(false);
    expect(notes.log).toEqual(['open mine/', 'close mine/ true']);
  });

  it('writes nothing once it is gone, although nobody has left them behind yet', async () => {
    const { enable, run, admin, table, runtime, state, memory } = await room();
    const { uuid } = await enable('mine', { type: 'notes' });
    await runtime.root.begin(admin.purger);
    const { at } = await state('mine/');
    let write = (): void => undefined;
    const writing = table.route('mine/')!.open!.use(() =>
      at.transact(async (storage) => {
        await new Promise<void>((resolve) => (write = resolve));
        await storage.put('late', Buffer.from('x'));
      }),
    );
    await runtime.advance(0);
    await run((scope) => admin.disable(scope, 'secret', 'mine'));
    await runtime.advance(0);
    write();
    await expect(writing).rejects.toMatchObject({ code: 'SEALED', message: 'the mount mine/ is being closed' });
    await runtime.advance(60_000);
    expect([...memory.records.replicated.keys()].filter((key) => key.includes(uuid))).toEqual([]);
  });

  it('tells whoever waits for something of it why it ends', async () => {
    const { enable, run, admin, state, runtime } = await room();
    for (const path of ['gone', 'kept']) await enable(path, { type: 'notes' });
    const [gone, kept] = [await state('gone/'), await state('kept/')];
    await run((scope) => admin.disable(scope, 'secret', 'gone'));
    await runtime.root.end();
    expect([gone, kept].map(({ at }) => at.signal.reason)).toMatchObject([
      { code: 'SEALED', message: 'the mount gone/ is being closed' },
      { code: 'SEALED', message: 'Vault is sealed' },
    ]);
  });
});

describe('what an open mount does by itself', () => {
  it('may ask outside, and runs again behind the answer', async () => {
    const { enable, state, attempts, memory, table, runtime } = await room();
    const { uuid } = await enable('mine', { type: 'notes' });
    const outside = new OutsideRoom({
      store: memory.store,
      attempts,
      mountOf: (unit, id) => table.mountIn(unit, id),
      timers: runtime,
      clock: runtime.clock,
      logger: silentLogger,
    });
    const { at } = await state('mine/');
    let runs = 0;
    await at.transact(async (storage, scope) => {
      await storage.put(`run-${(runs += 1)}`, Buffer.from('x'));
      await outside.ask({ scope }, 'question', async () => 'answer');
    });
    const keys = [...memory.records.replicated.keys()].filter((key) => key.startsWith(`entry/${uuid}/`));
    expect(keys).toEqual([`entry/${uuid}/run-2`]);
  });
});

describe("the tasks of a mount's engine", () => {
  const tasksIn = ({ runtime }: Awaited<ReturnType<typeof room>>): string[] =>
    runtime.root.tasks().map(({ path }) => path);

  it('run on each cluster, or where the mount is written, below its accessor', async () => {
    const made = await room();
    const { accessor } = await made.enable('mine', { type: 'notes' });
    await made.runtime.advance(0);
    expect(tasksIn(made)).toEqual([
      `node/unsealed/mounts/${accessor}/each-cluster-task`,
      `node/unsealed/active/mounts/${accessor}/writer-task`,
    ]);
    await made.runtime.advance(60_000);
    expect([...made.notes.runs].sort()).toEqual([
      'each-cluster mine/',
      'each-cluster mine/',
      'writer mine/',
      'writer mine/',
    ]);
  });

  it('of the writer run on a secondary for local mounts alone, and for all once it is promoted', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes } = made;
    role.writesHere = false;
    await enable('shared', { type: 'notes' });
    await enable('own', { type: 'notes', local: true });
    await runtime.advance(0);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toEqual(['writer own/']);
    role.writesHere = true;
    table.parts.reconsider();
    await runtime.advance(0);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toEqual(['writer own/', 'writer shared/']);
    role.writesHere = false;
    table.parts.reconsider();
    await runtime.advance(0);
    expect(tasksIn(made).filter((path) => path.endsWith('writer-task'))).toHaveLength(1);
  });

  it('of the writer begin again although the last run of a former term is still under way', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes } = made;
    let finish = (): void => undefined;
    await enable('shared', { type: 'notes' });
    await runtime.advance(0);
    notes.running = new Promise<void>((resolve) => (finish = resolve));
    const advancing = runtime.advance(60_000);
    for (const writesHere of [false, true]) {
      role.writesHere = writesHere;
      table.parts.reconsider();
    }
    finish();
    await advancing;
    await runtime.advance(0);
    expect(tasksIn(made).filter((path) => path.endsWith('writer-task'))).toHaveLength(1);
    expect(notes.runs.filter((line) => line.startsWith('writer'))).toHaveLength(3);
  });

  it('of the writer hear when another cluster writes the mount, which stays open', async () => {
    const made = await room();
    const { enable, role, table, runtime, notes, state } = made;
    await enable('shared', { type: 'notes' });
    await runtime.advance(0);
    role.writesHere = false;
    table.parts.reconsider();
    await runtime.advance(0);
    const { at } = await state('shared/');
    expect([notes.signals['writer']?.aborted, notes.signals['each-cluster']?.aborted, at.signal.aborted]).toEqual([
      true,
      false,
      false,
    ]);
    await runtime.root.end();
    expect([notes.signals['each-cluster']?.aborted, at.signal.aborted]).toEqual([true, true]);
  });

  it('end with the mount', async () => {
    const made = await room();
    await made.enable('mine', { type: 'notes' });
    await made.runtime.advance(0);
    await made.run((scope) => made.admin.disable(scope, 'secret', 'mine'));
    await made.runtime.advance(0);
    expect(tasksIn(made)).toEqual([]);
  });
});
