export { LOCAL_INDEXES, type LocalIndex, type LocalReader, type LocalStore, type LocalTable, type LocalTables, type LocalWriter, type RowQuery } from './ports/local-view';
export type { ReplicatedReader, ReplicatedWriter } from './ports/replicated-view';
export type { JournalRow, MerkleReader, MutationRecord, Store, StreamPosition } from './ports/store';
export type { CommitReceipt, CommittedChange, MutationCause, UnitOfWork } from './ports/unit-of-work';
