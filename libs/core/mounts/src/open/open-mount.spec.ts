import { OutsideRoom } from '@tidelock/core/outside';
import { silentLogger } from '@tidelock/kernel';
import { replicatedMount } from '../mounts-room.testing';
import { Notes, room } from './noting-engine.testing';

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
