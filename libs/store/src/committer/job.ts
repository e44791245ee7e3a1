import type { CommitReceipt, CommittedChange } from '../ports/unit-of-work';
import type { Group } from './group';
import type { Footprint } from './history';

/** One piece of work for the committer. */
export interface Job {
  readonly origin: CommittedChange['origin'];
  /**
   * Adds its changes to the group. Nothing is added when it throws.
   *
   * @returns what it changes, for the units that read meanwhile.
   */
  join(group: Group): Footprint;
  /** The group ends behind this job: its journal body speaks of the state exactly here. */
  readonly closesGroup?: boolean;
}

export interface QueuedJob extends Job {
  resolve(receipt: CommitReceipt): void;
  reject(error: unknown): void;
}
