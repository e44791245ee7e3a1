import { TidelockError, type Timeliness } from '@tidelock/kernel';
import type { ClusterCall } from '../cluster-port/cluster-server';
import { decodeCall, encodeCall, failureOf } from '../cluster-port/codec';
import { newPair, until } from '../../testing/src';
import { peer } from './peer.testing';
import { type Answering, primaryCalls } from './primary-calls';

describe('A forwarded request', () => {
  let forwarded: (timely: Timeliness) => Promise<unknown>;
  let calls: ReadonlyMap<string, ClusterCall>;

  beforeEach(() => {
    calls = primaryCalls({
      outcomes: new Map(),
      filtering: { forwarderOf: async () => ({ level: 'all', hidden: [] }) },
      host: { calls: {}, forwarded: (_request: unknown, _by: unknown, timely: Timeliness) => forwarded(timely) },
    } as unknown as Answering);
  });
  const ask = async (name: string, body: object): Promise<unknown> => calls.get(name)?.(body as never, peer);

  it('is told as failed with what it failed with, and fails nobody who asks for that', async () => {
    forwarded = () => Promise.reject(new TidelockError('STORAGE_FULL'));
    const failure = await ask('forward', { id: 'failed' }).catch(failureOf);
    expect(failure).toMatchObject({ code: 'STORAGE_FULL' });
    expect(await ask('forward-outcome', { id: 'failed' })).toEqual({ failed: failure });
  });

  it('is kept with what became of it, but for a read that left nothing behind', async () => {
    const isKept = async (operation: string, reply: unknown): Promise<boolean> => {
      forwarded = async () => reply;
      const id = `${operation} ${JSON.stringify(reply)}`;
      await ask('forward', { id, operation });
      return Object.hasOwn((await ask('forward-outcome', { id })) as object, 'reply');
    };
    const told = { response: { data: { password: 'x' } }, warnings: [], index: 0 };
    expect(await isKept('update', told)).toBe(true);
    for (const operation of ['read', 'list', 'help']) {
      expect(await isKept(operation, told)).toBe(false);
      expect(await isKept(operation, { ...told, index: 7 })).toBe(true);
      expect(await isKept(operation, { ...told, response: { lease: { ttlSeconds: 1 } } })).toBe(true);
    }
  });

  it('is answered with what is encoded once, to be kept and to be sent', async () => {
    let read = 0;
    forwarded = async () => ({
      get index() {
        return (read += 1);
      },
    });
    const answer = await ask('forward', { id: 'one' });
    expect(decodeCall(encodeCall(answer))).toEqual({ index: 1 });
    expect(await ask('forward-outcome', { id: 'one' })).toEqual({ reply: { index: 1 } });
    expect(read).toBe(1);
  });

  it('is told as failed where its answer cannot be sent', async () => {
    forwarded = async () => Symbol('x');
    await expect(ask('forward', { id: 'one' })).rejects.toThrow();
    expect(await ask('forward-outcome', { id: 'one' })).toMatchObject({ failed: { code: 'INTERNAL' } });
  });

  it('has ten seconds, whatever deadline its secondary names, and is refused behind them', async () => {
    jest.useFakeTimers();
    try {
      const seen: number[] = [];
      forwarded = async (timely) => {
        seen.push(timely.left());
        timely.require();
        jest.advanceTimersByTime(9000);
        seen.push(timely.left());
        jest.advanceTimersByTime(1000);
        timely.require();
      };
      await expect(ask('forward', {})).rejects.toMatchObject({ code: 'FORWARDED_TOO_LATE' });
      expect(seen).toEqual([10_000, 1000]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('has the time that its secondary waits where that is shorter, and is refused where it has hung up', async () => {
    const hungUp = () => {
      throw new TidelockError('FORWARDED_TOO_LATE');
    };
    forwarded = async (timely) => {
      expect(timely.left()).toBe(7);
      timely.require();
    };
    const asked = calls.get('forward')?.({} as never, { ...peer, timely: { left: () => 7, require: hungUp } });
    await expect(asked).rejects.toMatchObject({ code: 'FORWARDED_TOO_LATE' });
  });
});

describe('a primary that is sealed', () => {
  it('keeps no answer to what its secondaries have forwarded', async () => {
    const set = await newPair(async () => ({ kind: 'inmem' }), { forwarded: async () => 'a secret' });
    const { a, b } = set;
    await until('a heartbeat', () => b.node.asSecondary?.primary?.connectionState === 'ready');
    await b.node.callPrimary('forward', { id: 'one', operation: 'update' });
    const kept = a.node.asPrimary?.['outcomes'].get('b');
    expect((await kept?.of('one'))?.value).toBe('a secret');
    await a.seal();
    expect(kept?.of('one')).toBeUndefined();
    await set.close();
  });
});
