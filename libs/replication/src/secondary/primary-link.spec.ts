import { TestRuntime } from '@tidelock/core/runtime/testing';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { ClusterClient, PrimaryUnreachable } from '../cluster-port/cluster-client';
import { REVOKED } from '../cluster-port/cluster-server';
import { HEARTBEAT_INTERVAL_MS, type HeartbeatAnswer, type HeartbeatCall } from '../cluster-port/heartbeat';
import { PrimaryLink } from './primary-link';
import { type Credentials, NO_ROLE } from '../membership/role-store';

const NOON = Date.UTC(2025, 0, 1, 12);
const ROLE = { ...NO_ROLE, setId: 'set-1', knownPrimaryClusterAddrs: ['https://p:8201'] };
const CREDENTIALS = {
  authority: { certificate: '' },
  identity: { certificate: '', privateKey: '' },
  streamKeys: [],
} as unknown as Credentials;

describe('PrimaryLink', () => {
  let now: number;
  let applied: { index: number; time: number | undefined };
  let calls: HeartbeatCall[];
  let link: PrimaryLink;
  let runtime: TestRuntime;
  let settled: () => Promise<number>;
  const wanted: string[] = [];
  const elsewhere: unknown[] = [];
  let refusals = 0;

  beforeEach(() => {
    runtime = new TestRuntime(NOON);
    [now, applied, calls] = [NOON, { index: 5, time: undefined }, []];
    settled = async () => applied.index;
    link = new PrimaryLink({ now: () => now }, silentLogger, ROLE, CREDENTIALS, {
      report: () => ({ apiAddr: 'http://s:8200', clusterAddr: 'https://s:8201', appliedIndex: applied.index }),
      settled: () => settled(),
      appliedTime: () => applied.time,
      heard: () => undefined,
      refused: () => void (refusals += 1),
      streamNamed: () => undefined,
      wanted: (keys) => void wanted.push(...keys),
      keyUsedElsewhere: (use) => void elsewhere.push(use),
      learned: async () => undefined,
    });
  });
  afterEach(async () => {
    link.stop();
    await runtime.root.end();
    jest.restoreAllMocks();
  });

  /** The first heartbeat. */
  async function start(): Promise<void> {
    await runtime.root.begin({ name: 'secondary', tasks: [link.heartbeat] });
    await runtime.advance(0);
  }

  /** One heartbeat that takes 40 ms; the primary's clock is `ahead` of ours. */
  async function beat(ahead = 0): Promise<void> {
    jest.spyOn(ClusterClient.prototype, 'call').mockImplementation(async (_name, body): Promise<HeartbeatAnswer> => {
      calls.push(body as HeartbeatCall);
      now += 40;
      return {
        stream: 'full',
        clusterAddrs: ['https://p:8201'],
        clusterAddr: 'https://p:8201',
        apiAddr: 'http://p:8200',
        index: 5,
        epoch: 1,
        time: now - 20 + ahead,
      };
    });
    if (calls.length === 0) await start();
    else await runtime.advance(HEARTBEAT_INTERVAL_MS);
  }

  it('tells the primary of what is on the disk alone: what all have told to have is kept by nobody', async () => {
    settled = async () => 4;
    await beat();
    settled = async () => Promise.reject(new Error('the storage is away'));
    await beat();
    expect(calls.map(({ appliedIndex }) => appliedIndex)).toEqual([4, 4]);
  });

  it('hands on how often the other clusters have used the data key', async () => {
    jest
      .spyOn(ClusterClient.prototype, 'call')
      .mockResolvedValue({
        stream: 'full',
        clusterAddrs: [],
        clusterAddr: '',
        apiAddr: '',
        index: 5,
        epoch: 1,
        time: NOON,
        keyUseElsewhere: { term: 3, encryptions: 12 },
      } satisfies HeartbeatAnswer);
    await start();
    expect(elsewhere).toEqual([{ term: 3, encryptions: 12 }]);
  });

  it('tells when the primary refuses its certificate, and not when that is away', async () => {
    const answers = jest
      .spyOn(ClusterClient.prototype, 'call')
      .mockRejectedValueOnce(new PrimaryUnreachable(['https://p:8201'], new Error('away')));
    await start();
    expect(refusals).toBe(0);
    answers.mockRejectedValueOnce(new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED }));
    await runtime.advance(HEARTBEAT_INTERVAL_MS);
    expect(refusals).toBe(1);
  });

  it("measures round trip, clock skew and the age of the newest state applied, on the primary's clock", async () => {
    applied.time = NOON + 60_000 - 500;
    await beat(60_000);
    expect(link.echo()).toEqual({ durationMs: 40, clockSkewMs: 60_000, canaryAgeMs: 540 });
    now += 1000;
    expect(link.echo().canaryAgeMs).toBe(1540);
    applied.time += 1200;
    expect(link.echo().canaryAgeMs).toBe(340);
    expect(link.primaryStatus()).toEqual([
      expect.objectContaining({
        last_heartbeat_duration_ms: '40',
        clock_skew_ms: '60000',
        replication_primary_canary_age_ms: '340',
        connection_status: 'connected',
      }),
    ]);
  });

  it('lets the canary grow old though heartbeats go on: they take another way than the stream', async () => {
    applied.time = NOON;
    await beat();
    now += 30_000;
    await beat();
    expect(link.echo().canaryAgeMs).toBe(30_080);
    expect(calls.at(-1)?.canaryAgeMs).toBe(30_040);
    expect(link.lagSeconds(5)).toBe(0);
  });

  it('tells of no lag what it cannot know: before it has heard the primary, and once it hears it no more', async () => {
    expect(link.lagMutations(5)).toBeUndefined();
    await beat();
    const { primaryIndex } = link;
    expect([primaryIndex, primaryIndex + 1, primaryIndex - 3].map((at) => link.lagMutations(at))).toEqual([0, 0, 3]);
    now += 8000;
    expect([primaryIndex, primaryIndex - 3].map((at) => link.lagMutations(at))).toEqual([undefined, 3]);
  });

  it("measures how long mutations took by the primary's clock, and tells it the primary", async () => {
    const mutation = (delay: number) => ({ records: [], time: now + 60_000 - delay });
    link.applied([mutation(60)]);
    expect(link.measured(5)).toEqual({});
    await beat(60_000);
    expect(link.measured(5)).toEqual({ lagMs: 0 });
    link.applied([mutation(20), mutation(30)]);
    await beat(60_000);
    expect(calls.at(0)).not.toHaveProperty('lagMs');
    expect(calls.at(1)).toMatchObject({
      lagMs: 30,
      applyDelayMs: { last: 30, p50: 20, p99: 30, max: 30 },
      recentDelayMs: { p50: 20, max: 30 },
    });
    now += 5000;
    await beat(60_000);
    expect(calls.at(2)).toMatchObject({ lagMs: 0, applyDelayMs: { last: 30 } });
    expect(calls.at(2)).not.toHaveProperty('recentDelayMs');
  });

  it('lets the lag grow while the stream stands still, and while the primary is not heard', async () => {
    applied.time = NOON;
    await beat();
    link.applied([{ records: [], time: NOON }]);
    now += 2900;
    expect([link.measured(5).lagMs, link.measured(4).lagMs]).toEqual([40, 40]);
    now += 3000;
    expect([link.measured(5).lagMs, link.measured(4).lagMs]).toEqual([0, 5900]);
    now += 2000;
    expect(link.measured(5).lagMs).toBe(7900);
  });

  it('counts the age from when it was last in step, before a first message has told its time', async () => {
    await beat();
    now += 700;
    expect(link.echo().canaryAgeMs).toBe(700);
  });

  it('knows nothing before the first heartbeat', () => {
    expect(link.echo()).toMatchObject({ durationMs: -1, clockSkewMs: 0 });
    expect(link.primaryStatus()).toEqual([]);
  });
});
