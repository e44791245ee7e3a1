import type { ClusterCall } from '../cluster-port/cluster-server';
import { HeartbeatsReceived } from './heartbeats-received';
import { type Answering, primaryCalls } from './primary-calls';

const NOON = Date.UTC(2025, 0, 1, 12);
const clock = { now: () => NOON };
const CALL = {
  apiAddr: 'https://us:8200',
  clusterAddr: 'https://us:8201',
  appliedIndex: 10,
  time: NOON,
  lastRoundTripMs: 20,
  canaryAgeMs: 5000,
};

describe('A heartbeat', () => {
  let heartbeats: HeartbeatsReceived;
  let announce: () => Promise<unknown>;
  let known: Set<string>;
  let calls: ReadonlyMap<string, ClusterCall>;

  beforeEach(() => {
    heartbeats = new HeartbeatsReceived(clock);
    known = new Set(['us']);
    calls = primaryCalls({
      clock,
      heartbeats,
      secondaries: { find: (id: string) => (known.has(id) ? { id } : undefined), isRenewed: () => true },
      filtering: { announcementTo: () => announce() },
      barrier: { term: 1, useBesides: () => undefined },
      role: () => ({ epoch: 1, primaryClusterAddr: '' }),
      settings: { clusterAddr: 'https://p:8201', apiAddr: 'https://p:8200' },
      secondaryCopies: { wanted: () => [] },
      host: { calls: {} },
    } as unknown as Answering);
  });
  const beat = async (): Promise<unknown> =>
    calls.get('heartbeat')?.(CALL as never, { secondaryId: 'us', certificate: 'print' } as never);
  const only = () => heartbeats.statuses(() => ({ head: 0 }))[0];

  it('is noted also where the stream of its secondary cannot be begun', async () => {
    announce = () => Promise.reject(new Error('no topic'));
    await expect(beat()).rejects.toThrow('no topic');
    expect(only()).toMatchObject({ node_id: 'us', connection_status: 'connected', lag_mutations: 0 });
  });

  it('tells of lag once it is known how long the stream is', async () => {
    announce = async () => ({ name: 'filter', head: 12, forwarding: 'all' });
    await beat();
    expect(only()).toMatchObject({ lag_mutations: 2, lag_seconds: 5 });
  });

  it('brings nobody back who is revoked while it is answered', async () => {
    let begun: (told: unknown) => void = () => undefined;
    announce = () => new Promise((resolve) => (begun = resolve));
    const answered = beat();
    known.delete('us');
    heartbeats.forget('us');
    begun({ name: 'filter', head: 12, forwarding: 'all' });
    await answered;
    expect(only()).toBeUndefined();
  });

  it('of one that was revoked before it came to its turn is not noted', async () => {
    known.delete('us');
    announce = async () => ({ name: 'full', head: 12, forwarding: 'all' });
    await beat();
    expect(only()).toBeUndefined();
  });
});
