export {
  type LocalReader,
  type LocalStore,
  type LocalTable,
  type LocalTables,
  type LocalWriter,
  NEVER_DUE,
} from './ports/local-view';
export { undamagedRows, unlessDamaged } from './reading/damaged-rows';
export type { BucketFinding, CheckDepth, StoreIntegrity } from './ports/integrity';
export type { ReplicatedReader, ReplicatedWriter } from './ports/replicated-view';
export { BUCKETS } from './merkle/leaf';
export { KEYRING, SHARES } from './ports/seal-records';
export type { ClusterStore } from './ports/cluster-store';
export type { FilteredMerkle, MerkleLeaf, MerkleStore, RecordFilter, ScannedRecord, ScanPlace } from './ports/merkle';
export type { JournalRow, Outbox } from './ports/outbox';
export type { MutationRecord, Store, TransactOptions } from './ports/store';
export type { StoreAdmin } from './ports/store-admin';
export type { StoreObserver } from './ports/store-observer';
export type { MoveChange, StreamPosition, StreamSink } from './ports/stream-sink';
export type { StoreTenure } from './ports/tenure';
export type {
  CommitReceipt,
  CommittedChange,
  MutationCause,
  StoreSubscriber,
  UnitLimits,
  UnitOfWork,
} from './ports/unit-of-work';
export { WriteConflict } from './ports/write-conflict';
export { StoreFigures } from './metrics/store-figures';
export { decodeMutation, encodeMutation } from './journal/mutation-codec';
export { openStore, type StoreLocation } from './open-store';
