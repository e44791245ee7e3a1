import type { ClusterStore } from '@tidelock/store';
import type { FollowStatus } from '@tidelock/stream';
import { healingStatus, NOTHING_NOTED } from '../healing/healing-note';
import type { ReplicationNode } from '../roles/replication-node';
import { NO_ROLE, type Role } from '../membership/role-store';
import { performanceStatus } from './replication-status';

const ROOT = 'ab'.repeat(20);
const store = {
  merkle: { root: () => ROOT },
  position: () => ({ localIndex: 99, replicatedIndex: 30 }),
} as unknown as ClusterStore;
const COMMON = {
  merkle_root: ROOT,
  last_reindex_epoch: '0',
  last_corruption_check_epoch: '-62135596800',
  corrupted_merkle_tree: false,
  reindex_in_progress: false,
  ssct_generation_counter: 0,
};
const healing = { status: () => healingStatus(NOTHING_NOTED, false, { reindex_in_progress: false }) };

const node = (parts: object): ReplicationNode =>
  ({ healing, quarantine: { size: 0 }, ...parts }) as unknown as ReplicationNode;
const DELAYS = { last: 60, p50: 58, p99: 90, max: 120 };
const PRIMARY: Role = { ...NO_ROLE, mode: 'primary', setId: 'set-1', epoch: 2, primaryClusterAddr: 'https://lb:8201' };
const SECONDARY: Role = {
  ...NO_ROLE,
  mode: 'secondary',
  setId: 'set-1',
  epoch: 2,
  secondaryId: 'us-east',
  primaryClusterAddr: 'https://lb:8201',
};
const STREAMING: FollowStatus = {
  state: 'stream-wals',
  refused: { total: 0, reasons: {}, last: undefined },
  poison: undefined,
  progress: undefined,
  lastStart: Date.UTC(2025, 0, 1),
  brokerUp: true,
  lastError: undefined,
  applyError: undefined,
  difference: undefined,
};

const primary = (known: object[] = [], states: object = {}, pendingBytes = 3) =>
  node({
    mode: 'primary',
    asPrimary: {
      role: PRIMARY,
      secondaries: { all: () => known, states: () => states },
      heartbeats: {
        statuses: (streamOf: (id: string) => { head: number }) => [
          { node_id: 'us-east', counted_from: streamOf('us-east').head },
        ],
      },
      filtering: { status: () => ({ head: 7 }), filters: { levelOf: (id: string) => (id === 'eu' ? 'data' : 'all') } },
      reapplyAllowed: [{ id: 'us', until: 0 }],
      streamStatus: {
        publishedIndex: 6,
        pendingRows: 1,
        oldestPendingTime: 5,
        brokerUp: true,
        lastError: undefined,
        refused: { total: 0, reasons: {}, last: undefined },
      },
      journal: { figures: () => ({ bytes: 8, pendingBytes, budgetBytes: 10 }) },
      access: { status: () => ({ us: { state: 'created', principal: 'User:us', commands: [] } }) },
    },
  });

const secondary = (following: Partial<FollowStatus> = {}, { primaryIndex = 42, role = SECONDARY } = {}) =>
  node({
    mode: role.mode,
    asPrimary: undefined,
    asSecondary: {
      role,
      primary: {
        connectionState: 'ready',
        knownAddresses: ['https://a:8201', 'https://b:8201'],
        primaryIndex,
        forwarding: 'data',
        lagMutations: (applied: number) => (primaryIndex < applied ? undefined : primaryIndex - applied),
        lagSeconds: (applied: number) => applied / 10,
        measured: (applied: number) => (primaryIndex === 0 ? {} : { lagMs: applied * 2, applyDelayMs: DELAYS }),
        primaryStatus: () => [{ api_address: 'https://a:8200' }],
      },
      stream: { status: () => ({ ...STREAMING, ...following }) },
    },
  });

describe('performanceStatus', () => {
  it.each(['disabled', 'primary', 'secondary'] as const)(
    'tells the mode and nothing else while the role %s is not running',
    (mode) => {
      expect(performanceStatus(node({ mode }), store)).toEqual({ mode });
    },
  );

  it('of a primary tells its secondaries, its indexes and how publishing goes', () => {
    const known = [
      { id: 'eu', state: 'pending', expiresAt: Date.UTC(2025, 0, 1) },
      { id: 'us', state: 'active' },
    ];
    expect(performanceStatus(primary(known, { eu: 'pending', us: 'active', old: 'revoked' }), store)).toEqual({
      ...COMMON,
      mode: 'primary',
      cluster_id: 'set-1',
      state: 'running',
      known_secondaries: ['eu', 'us'],
      known_secondary_states: { eu: 'pending', us: 'active', old: 'revoked' },
      known_secondary_token_expires: { eu: '2025-01-01T00:00:00.000000000Z' },
      known_secondary_forwarding: { eu: 'data', us: 'all' },
      reapply_allowed: [{ id: 'us', until: '1970-01-01T00:00:00.000000000Z' }],
      secondaries: [{ node_id: 'us-east', counted_from: 7 }],
      last_wal: 99,
      last_performance_wal: 30,
      primary_cluster_addr: 'https://lb:8201',
      epoch: 2,
      stream: {
        publishedIndex: 6,
        pendingRows: 1,
        oldestPendingTime: 5,
        brokerUp: true,
        lastError: undefined,
        refused: { total: 0, reasons: {}, last: undefined },
      },
      journal: { bytes: 8, pending_bytes: 3, budget_bytes: 10 },
      kafka_acls: { us: { state: 'created', principal: 'User:us', commands: [] } },
    });
  });

  it('of a primary without secondaries has empty lists, not missing ones', () => {
    expect(performanceStatus(primary(), store)).toMatchObject({ known_secondaries: [], known_secondary_states: {} });
  });

  it('of a secondary tells what it follows, how far it is and how far behind', () => {
    expect(performanceStatus(secondary(), store)).toEqual({
      ...COMMON,
      mode: 'secondary',
      cluster_id: 'set-1',
      state: 'stream-wals',
      connection_state: 'ready',
      last_remote_wal: 30,
      last_start: '2025-01-01T00:00:00.000000000Z',
      primary_cluster_addr: 'https://lb:8201',
      known_primary_cluster_addrs: ['https://a:8201', 'https://b:8201'],
      primaries: [{ api_address: 'https://a:8200' }],
      secondary_id: 'us-east',
      epoch: 2,
      lag_mutations: 12,
      lag_seconds: 3,
      lag_ms: 60,
      apply_delay_ms: DELAYS,
      forwarding: 'data',
      refused: { total: 0, reasons: {}, last: undefined },
      stream: { brokerUp: true, lastError: undefined },
    });
  });

  it('of a secondary that does not know how far behind it is tells no lag', () => {
    const status = performanceStatus(secondary({}, { primaryIndex: 0 }), store);
    for (const field of ['lag_mutations', 'lag_ms', 'apply_delay_ms']) expect(status).not.toHaveProperty(field);
  });

  it('of a secondary that is copying tells how far the copy has come', () => {
    const progress = { done: 1, total: 4, bytes: 100, rate: 1, etaSeconds: 3 };
    const status = performanceStatus(
      secondary(
        { state: 'merkle-sync', progress, lastStart: undefined },
        { role: { ...SECONDARY, mode: 'bootstrapping' } },
      ),
      store,
    );
    expect(status).toMatchObject({
      mode: 'bootstrapping',
      state: 'merkle-sync',
      sync_progress: { done: 1, total: 4, bytes: 100, rate: 1, eta_seconds: 3 },
      sync_total_keys: 4,
      last_start: '',
    });
  });

  it('of a secondary that the broker refuses tells why', () => {
    const lastError = 'the broker does not allow User:us-east this';
    expect(performanceStatus(secondary({ brokerUp: false, lastError }), store)).toMatchObject({
      stream: { brokerUp: false, lastError },
    });
  });

  it('of a cluster that was fenced tells by whom, what it keeps aside, and that it follows nobody', () => {
    const role: Role = { ...SECONDARY, idle: true, fenced: { epoch: 2, byEpoch: 3, at: Date.UTC(2025, 0, 1) } };
    const fenced = node({ mode: 'secondary', asSecondary: { role }, quarantine: { size: 4 } });
    expect(performanceStatus(fenced, store)).toMatchObject({
      mode: 'secondary',
      state: 'idle',
      connection_state: 'idle',
      known_primary_cluster_addrs: [],
      primaries: [],
      quarantined: 4,
      fenced: { epoch: 2, by_epoch: 3, at: '2025-01-01T00:00:00.000000000Z', quarantined: 4 },
    });
  });

  it('of a secondary that stands still names the message it cannot apply, and what it refused', () => {
    const poison = { index: 31, reason: 'not a mutation' };
    const refused = { total: 2, reasons: { forged: 2 }, last: { reason: 'forged' as const, offset: '9', at: 5 } };
    expect(performanceStatus(secondary({ state: 'idle', poison, refused }), store)).toMatchObject({
      state: 'idle',
      poison,
      refused: { ...refused, last: { ...refused.last, at: '1970-01-01T00:00:00.005000000Z' } },
    });
  });
});
