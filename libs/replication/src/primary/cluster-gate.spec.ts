import { TidelockError } from '@tidelock/kernel';
import { clusterGate, type GateParts } from './cluster-gate';
import type { RecordedCall } from '../ports/host';

describe('clusterGate', () => {
  let records: (RecordedCall & { error?: string })[];
  let refused: string[];
  let gate: ReturnType<typeof clusterGate>;
  const done = async (): Promise<unknown> => 'done';

  beforeEach(() => {
    records = [];
    refused = [];
    const host = {
      async onRecord<T>(call: RecordedCall, work: () => Promise<T>): Promise<T> {
        const record: (typeof records)[number] = { ...call };
        records.push(record);
        return work().catch((error: Error) => {
          record.error = error.message;
          throw error;
        });
      },
    } as unknown as GateParts['host'];
    const admission = {
      async require(_: string, name: string) {
        if (refused.includes(name)) throw new TidelockError('PERMISSION_DENIED', { text: 'has not joined' });
      },
    };
    gate = clusterGate({ clock: { now: () => 5 }, host, admission });
  });

  const call = (name: string, body: unknown = {}, session: object = {}) =>
    gate(
      {
        name,
        body,
        peer: {
          secondaryId: 'us-east',
          certificate: 'print',
          remoteAddress: '192.0.2.1',
          remotePort: 4711,
          session,
          timely: { require: () => undefined, left: () => Infinity },
        },
      },
      done,
    );

  it.each(['bootstrap', 'reapply', 'renew-certificate', 'stream-keys', 'mend', 'dynamic-filter', 'constructor'])(
    'puts %s on record',
    async (name) => {
      expect(await call(name)).toBe('done');
      expect(records).toEqual([
        { name, reads: false, secondaryId: 'us-east', remoteAddress: '192.0.2.1', remotePort: 4711, data: {} },
      ]);
    },
  );

  it('names the records that a call brings, without their values', async () => {
    await call('reapply', {
      index: 7,
      path: 'kv/a',
      records: [{ key: 'entry/1/a', value: Buffer.from('secret') }, null],
    });
    expect(records[0]?.data).toEqual({ index: 7, path: 'kv/a', keys: ['entry/1/a'], records: 2 });
    await call('mend', { copies: [{ key: 'entry/1/b', value: Buffer.from('secret') }] });
    expect(records[1]?.data).toEqual({ keys: ['entry/1/b'], records: 1 });
    for (const body of [null, 'text', { records: 'x', index: 'y' }]) await call('reapply', body);
    expect(records.slice(2).map(({ data }) => data)).toEqual([{}, {}, {}]);
  });

  it('is not kept from its entry by what a call brings, nor made to write a large one', async () => {
    const sent = [
      { key: { toString: 1 } },
      { key: 5 },
      undefined,
      { key: 'k'.repeat(3000) },
      ...Array.from({ length: 200 }, (_, at) => ({ key: `entry/${at}` })),
    ];
    expect(await call('reapply', { records: sent })).toBe('done');
    await call('mend', { copies: sent });
    const keys = ['k'.repeat(2048), ...Array.from({ length: 96 }, (_, at) => `entry/${at}`)];
    expect(records.map(({ data }) => data)).toEqual([
      { keys, records: 204 },
      { keys, records: 204 },
    ]);
  });

  it('records the reads of a copy once a connection', async () => {
    const [first, second] = [{}, {}];
    for (const name of ['merkle-root', 'merkle-scan', 'merkle-fetch']) await call(name, {}, first);
    await call('merkle-root', {}, second);
    expect(records.map(({ name, reads }) => ({ name, reads }))).toEqual([
      { name: 'merkle-root', reads: true },
      { name: 'merkle-root', reads: true },
    ]);
  });

  it('leaves heartbeats out, and requests that are sent on, which have an entry of their own', async () => {
    await call('heartbeat');
    await call('forward');
    expect(records).toEqual([]);
  });

  it('does nothing that is refused, and records it, whatever it is', async () => {
    const session = {};
    await call('merkle-root', {}, session);
    refused = ['bootstrap', 'heartbeat', 'forward', 'merkle-scan'];
    const work = jest.fn(done);
    for (const name of refused) {
      const peer = {
        secondaryId: 'us-east',
        certificate: 'print',
        remoteAddress: '192.0.2.1',
        remotePort: 4711,
        session,
        timely: { require: () => undefined, left: () => Infinity },
      };
      await expect(gate({ name, body: {}, peer }, work)).rejects.toMatchObject({ status: 403 });
    }
    expect(work).not.toHaveBeenCalled();
    expect(records.slice(1).map(({ name, error }) => [name, error])).toEqual(
      refused.map((name) => [name, 'has not joined']),
    );
  });
});
