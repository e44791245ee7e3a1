import type { Timeliness } from '@tidelock/kernel';
import type { ClusterCall } from '../cluster-port/cluster-server';
import { type Answering, primaryCalls } from './primary-calls';

const peer = {
  secondaryId: 'us',
  certificate: 'print',
  remoteAddress: '192.0.2.1',
  remotePort: 4711,
  session: {},
  timely: { require: () => undefined, left: () => Infinity },
};

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
});
