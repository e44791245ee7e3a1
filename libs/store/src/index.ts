export { LOCAL_INDEXES, type LocalIndex, type LocalReader, type LocalStore, type LocalTable, type LocalTables, type LocalWriter, type RowHead, type RowQuery } from './ports/local-view';
export type { BucketFinding, CheckDepth, StoreIntegrity } from './ports/integrity';
export type { ReplicatedReader, ReplicatedWriter } from './ports/replicated-view';
export type { FilteredMerkle, RecordFilter } from './ports/record-filter';
export type { AppendPlace, JournalRow, MerkleReader, MoveChange, MutationRecord, Store, StreamPosition } from './ports/store';
export type { CommitReceipt, CommittedChange, MutationCause, UnitLimits, UnitOfWork } from './ports/unit-of-work';
export { WriteConflict } from './ports/write-conflict';
export { decodeMutation, encodeMutation, type MutationBody } from './journal/mutation-codec';
export { openStore, type OpenOptions, type StoreLocation } from './open-store';
