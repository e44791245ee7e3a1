import type { MutationRecord } from './store';
import type { UnitOfWork } from './unit-of-work';

/** A place in a stream, with the chain digest (32 bytes) of the message there. */
export interface StreamPosition {
  readonly epoch: number;
  readonly index: number;
  readonly digest: Buffer;
  /** The broker's offset to read on from: a hint, never the truth. `""` = unknown. */
  readonly brokerOffset: string;
}

/** What belongs to a move of the place in the stream. */
export interface MoveChange {
  readonly records?: readonly MutationRecord[];
  /** Its local rows, in place of its own commit. */
  readonly unit?: UnitOfWork;
  /** The journal's rows behind the place go: their indexes are to be given again. */
  readonly dropsJournal?: boolean;
}

/**
 * The secondary's side of replication: what it takes in. Whoever follows a stream must, in order:
 *
 * 1. `applySync` until the state is at least as new as a place that was read before the first record;
 * 2. `moveTo` that place;
 * 3. `applyStream` what comes behind it, in order and without gaps: the store checks neither.
 *
 * Where the stream does not reach back to `streamPosition`, it begins at 1 again.
 */
export interface StreamSink {
  /** Place in the stream that this secondary follows; undefined on clusters that follow none. */
  streamPosition(): Promise<StreamPosition | undefined>;
  /**
   * Applies mutations of the stream: effects, merkle pages, position in one transaction (P3). Same committer as a
   * request's commit (P1). `localIndex` grows, `replicatedIndex` becomes the position's index.
   * @param began a unit whose local rows commit with them, in place of its own commit.
   * @param from the place that they follow on; where this cluster stands elsewhere, nothing is applied.
   * @throws {TidelockError} WRITE_CONFLICT when something that this unit has read was changed meanwhile, or the place is another; nothing is applied then.
   */
  applyStream(
    records: readonly (readonly MutationRecord[])[],
    position: StreamPosition,
    began?: UnitOfWork,
    from?: StreamPosition,
  ): Promise<void>;
  /**
   * Has what was applied on the disk: a mutation of the stream does not wait for that by itself. Whoever concludes something from what is here asks first.
   *
   * @returns the index up to which a power cut takes nothing now.
   */
  settle(): Promise<number>;
  /** Applies records fetched from the primary while out of step, with the local rows that note the progress: a power cut may take both together. */
  applySync(records: readonly MutationRecord[], also?: (unit: UnitOfWork) => void): Promise<void>;
  /**
   * Declares where the stream goes on from after a sync; `undefined`: nowhere, only a sync can tell. Comes after all earlier commits.
   * @param change what commits with it.
   * @throws {TidelockError} WRITE_CONFLICT when something that its unit has read was changed meanwhile; nothing is changed then.
   */
  moveTo(position: StreamPosition | undefined, change?: MoveChange): Promise<void>;
}
