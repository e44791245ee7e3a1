export type { LocalReader, LocalStore, LocalTable, LocalTables, LocalWriter } from './ports/local-view';
export { undamagedRows, unlessDamaged } from './reading/damaged-rows';
export type { BucketFinding, CheckDepth, StoreIntegrity } from './ports/integrity';
export type { ReplicatedReader, ReplicatedWriter } from './ports/replicated-view';
export { KEYRING, SEAL_CONFIG } from './ports/seal-records';
export type { FilteredMerkle, RecordFilter } from './ports/record-filter';
export type { JournalRow, MoveChange, MutationRecord, Store, StreamPosition, TransactOptions } from './ports/store';
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
export { decodeMutation, encodeMutation } from './journal/mutation-codec';
export { openStore, type StoreLocation } from './open-store';
