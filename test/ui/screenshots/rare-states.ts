import type { State } from './state';

const ON_SECONDARY = { on: 'secondary', path: '/vault/replication/performance' } as const;
const ON_PRIMARY = { on: 'primary', path: '/vault/replication/performance' } as const;

const now = (): string => new Date().toISOString();
const REFUSED = { total: 37, reasons: { 'forged signature': 36, replayed: 1 } };

/** What a set is seldom in, or not for long: the real answer, with what is rare in it. */
export const RARE_STATES: readonly State[] = [
  {
    ...ON_PRIMARY,
    name: 'kafka-down',
    what: 'Kafka takes no messages',
    told: (status) => ({
      ...status,
      stream: { ...status.stream, brokerUp: false, pendingRows: 1204, lastError: 'connect ECONNREFUSED 10.0.0.7:9092' },
    }),
    shows: /Kafka does not take messages/,
  },
  {
    ...ON_PRIMARY,
    name: 'refused',
    what: 'Messages of the stream were refused',
    told: (status) => ({
      ...status,
      stream: {
        ...status.stream,
        refused: { ...REFUSED, last: { reason: 'forged signature', offset: '812', at: now() } },
      },
    }),
    shows: /were refused/,
  },
  {
    ...ON_PRIMARY,
    name: 'reindex',
    what: 'A reindex',
    told: (status) => ({
      ...status,
      reindex_in_progress: true,
      reindex_stage: 'building',
      reindex_building_progress: 412_000,
      reindex_building_total: 1_250_000,
    }),
    shows: /Re-indexing/,
  },
  {
    ...ON_PRIMARY,
    name: 'corrupted',
    what: 'Damaged records',
    told: (status) => ({ ...status, corrupted_merkle_tree: true }),
    shows: /Damaged/,
  },
  {
    ...ON_PRIMARY,
    name: 'many-secondaries',
    what: 'More secondaries than a picture shows',
    told(status) {
      const ids = Array.from({ length: 12 }, (_, at) => `region-${at + 1}`);
      return {
        ...status,
        known_secondaries: ids,
        secondaries: ids.map((id) => ({ ...status.secondaries[0], node_id: id })),
      };
    },
    shows: 'region-12',
  },
  {
    ...ON_PRIMARY,
    name: 'no-secondaries',
    what: 'A primary without secondaries',
    told: (status) => ({ ...status, known_secondaries: [], known_secondary_states: {}, secondaries: [] }),
    shows: /No performance secondaries/,
  },
  {
    ...ON_PRIMARY,
    name: 'long-names',
    isWhole: true,
    what: 'Names that are long, or not meant well',
    told(status) {
      const id = `<script>alert(1)</script>-${'a-region-with-a-long-name-'.repeat(8)}`;
      return { ...status, known_secondaries: [id, 'eu'], secondaries: [{ ...status.secondaries[0], node_id: id }] };
    },
    shows: /alert\(1\)/,
  },
  {
    ...ON_SECONDARY,
    name: 'bootstrapping',
    isWhole: true,
    what: 'The first copy',
    told: (status) => ({
      ...status,
      mode: 'bootstrapping',
      state: 'merkle-sync',
      sync_progress: { done: 182_340, total: 412_000, bytes: 96_400_000, rate: 11_200, eta_seconds: 21 },
    }),
    shows: /182,340/,
  },
  {
    ...ON_SECONDARY,
    name: 'merkle-diff',
    what: 'A comparison with the primary',
    told: (status) => ({ ...status, state: 'merkle-diff' }),
    shows: /Syncing/,
  },
  {
    ...ON_SECONDARY,
    name: 'poison',
    what: 'A mutation that cannot be applied',
    told: (status) => ({
      ...status,
      state: 'idle',
      poison: { index: 10_887, reason: 'SqliteError: database or disk is full' },
    }),
    shows: /cannot be applied/,
  },
  {
    ...ON_SECONDARY,
    name: 'difference',
    what: 'A known difference',
    told: (status) => ({
      ...status,
      known_difference: { reason: 'the primary has no record that fits its own merkle tree', records: 3 },
    }),
    shows: /differ/,
  },
  {
    ...ON_SECONDARY,
    name: 'fenced',
    what: 'A former primary that is fenced',
    told: (status) => ({ ...status, quarantined: 12, fenced: { epoch: 3, by_epoch: 4, at: now(), quarantined: 12 } }),
    shows: /kept aside/,
  },
  {
    ...ON_SECONDARY,
    name: 'primary-away',
    what: 'A primary that does not answer',
    told: (status) => ({ ...status, state: 'stream-wals', connection_state: 'transient_failure' }),
    shows: 'transient_failure',
  },
  {
    ...ON_SECONDARY,
    name: 'kafka-down-secondary',
    what: 'Kafka cannot be read',
    told: (status) => ({
      ...status,
      state: 'transient_failure',
      stream: { brokerUp: false, lastError: 'connect ECONNREFUSED 10.0.0.7:9092' },
    }),
    shows: /Kafka cannot be read/,
  },
];
