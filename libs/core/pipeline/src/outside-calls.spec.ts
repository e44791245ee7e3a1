import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { EngineRequest, EngineResponse } from '@tidelock/engine-api';
import { MemoryStorage } from '@tidelock/engine-testing';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { unitOf } from '@tidelock/core/scope';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import { FakeRooms, incoming, MOUNT, NOW, sendTo, WRITE } from './fake-rooms.testing';
import { RequestPipeline } from './request-pipeline';

describe('A handler that has something to do outside the store', () => {
  let store: ClusterStore;
  let rooms: FakeRooms;
  let runtime: TestRuntime;
  let outside: OutsideRoom;
  let users: Set<string>;
  let made: number;

  beforeEach(async () => {
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    runtime = new TestRuntime(NOW);
    users = new Set();
    made = 0;
    const engine = { undoIntent: async () => void users.delete('ann') };
    const storage = new MemoryStorage();
    const open = { use: <T>(work: (state: unknown) => Promise<T>) => work(undefined) };
    outside = new OutsideRoom({
      store,
      attempts: new Attempts(store),
      mountOf: () => ({ mount: MOUNT, instance: engine, open, storage }),
      timers: runtime,
      clock: runtime.clock,
      logger: silentLogger,
    });
    await runtime.root.begin(outside.intents);
    rooms = new FakeRooms();
    Object.assign(rooms, { store, attempts: outside.attempts });
  });

  afterEach(async () => {
    await runtime.root.end();
    await store.close();
  });

  const act = (request: EngineRequest): Promise<void> =>
    outside.act(request, { kind: 'create-user', facts: { name: 'ann' } }, async () => {
      made += 1;
      users.add('ann');
    });
  const put = ({ scope }: EngineRequest, key: string): void => unitOf(scope).replicated.put(key, Buffer.from('x'));
  const handles = (handler: (request: EngineRequest) => Promise<EngineResponse | undefined>): void => {
    rooms.handler = handler;
  };
  const left = () => store.local.keys('core/intent/');

  it('runs again within its request: the effect is made once, and stands with the commit', async () => {
    handles(async (request) => {
      const name = await outside.ask(request, 'name', async () => 'ann');
      await act(request);
      put(request, `role/${name}`);
      return { data: { name } };
    });
    const { status, json } = await sendTo(rooms, WRITE);
    expect([status, json['data']]).toEqual([200, { name: 'ann' }]);
    expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(3);
    await runtime.advance(0);
    expect([made, [...users], await left()]).toEqual([1, ['ann'], []]);
    expect(await store.replicated.keys('role/')).toEqual(['role/ann']);
  });

  it('gets nothing committed where it takes the unanswered call for a failure', async () => {
    let runs = 0;
    handles(async (request) => {
      put(request, `run/${(runs += 1)}`);
      await outside.ask(request, 'name', async () => 'ann').catch(() => undefined);
      return undefined;
    });
    expect((await sendTo(rooms, WRITE)).status).toBe(204);
    expect(await store.replicated.keys('run/')).toEqual(['run/2']);
  });

  it('that has to be refused leaves nothing behind outside', async () => {
    handles(async (request) => {
      await act(request);
      throw new TidelockError('INVALID_REQUEST');
    });
    expect((await sendTo(rooms, WRITE)).status).toBe(400);
    await runtime.advance(0);
    expect([made, [...users], await left()]).toEqual([1, [], []]);
  });

  it("has its client told which mount's question was not answered", async () => {
    handles(async (request) => outside.ask(request, 'bind', () => new Promise(() => undefined)));
    const reply = sendTo(rooms, WRITE);
    await runtime.advance(30_000);
    expect((await reply).json).toEqual({
      errors: ['secret/: "bind" was not answered within 30s: context deadline exceeded'],
    });
    expect((await reply).status).toBe(502);
  });

  it('is left alone once its client has gone', async () => {
    const client = new AbortController();
    handles(async (request) => outside.ask(request, 'bind', () => new Promise(() => undefined)));
    const reply = sendTo(rooms, { ...WRITE, gone: () => client.signal });
    await runtime.advance(0);
    client.abort(new TidelockError('CLIENT_GONE'));
    expect((await reply).status).toBe(503);
    expect(rooms.log.filter((line) => line === 'handle')).toHaveLength(1);
  });

  describe('on a secondary', () => {
    beforeEach(() => {
      rooms.isSecondary = true;
    });
    const forwarded = () => rooms.log.filter((line) => line === 'forward').length;

    it('is run by the primary once it writes what is replicated, and its effect here is undone', async () => {
      handles(async (request) => {
        await act(request);
        throw new TidelockError('READ_ONLY_REPLICA');
      });
      expect((await sendTo(rooms, WRITE)).json['data']).toEqual({ from: 'primary' });
      await runtime.advance(0);
      expect([forwarded(), made, [...users], await left()]).toEqual([1, 1, [], []]);
    });

    it('asks nothing any more once the primary is to run it, and is forwarded once, also where that fails', async () => {
      let asked = 0;
      rooms.primary = async () => {
        throw new TidelockError('FORWARDING_FAILED');
      };
      handles(async (request) => {
        const asking = outside.ask(request, 'name', async () => (asked += 1)).catch(() => undefined);
        await asking;
        throw new TidelockError('READ_ONLY_REPLICA');
      });
      expect((await sendTo(rooms, WRITE)).status).toBe(503);
      expect([forwarded(), asked]).toEqual([1, 0]);
    });

    it('keeps its effect here where it writes nothing but what is local', async () => {
      handles(async (request) => {
        await act(request);
        unitOf(request.scope).local.put('record', { key: 'entry/a', value: Buffer.from('x') });
        return undefined;
      });
      expect((await sendTo(rooms, WRITE)).status).toBe(204);
      await runtime.advance(0);
      expect([forwarded(), [...users], await left()]).toEqual([0, ['ann'], []]);
    });
  });

  describe('for a secondary', () => {
    const run = (left = Infinity) =>
      new RequestPipeline(rooms, silentLogger).runForwarded(
        incoming({ ...WRITE, clientToken: '', forwarded: { secondaryId: 'us-east', level: 'all', hidden: [] } }),
        { require: () => undefined, left: () => NOW + left - runtime.clock.now() },
      );

    it('has its intent taken off by the commit that may change nothing else here', async () => {
      rooms.declaration = { unauthenticated: true };
      handles(async (request) => {
        await act(request);
        put(request, 'role/ann');
        return undefined;
      });
      await run();
      await runtime.advance(0);
      expect([[...users], await left(), await store.replicated.keys('role/')]).toEqual([['ann'], [], ['role/ann']]);
    });

    it('has the time that the secondary still waits, over all that it asks', async () => {
      rooms.declaration = { unauthenticated: true };
      const asked: string[] = [];
      const ask = (request: EngineRequest, name: string, milliseconds: number): Promise<void> =>
        outside.ask(request, name, () => {
          asked.push(name);
          return new Promise((resolve) => runtime.after(milliseconds, resolve));
        });
      handles(async (request) => {
        await ask(request, 'search', 3000);
        await ask(request, 'bind', 3000);
        return undefined;
      });
      const outcome = expect(run(5000)).rejects.toMatchObject({
        code: 'OUTSIDE_UNANSWERED',
        message: 'secret/: "bind" was not answered within 2s: context deadline exceeded',
      });
      await runtime.advance(3000);
      expect(asked).toEqual(['search', 'bind']);
      await runtime.advance(2000);
      await outcome;
    });
  });
});
