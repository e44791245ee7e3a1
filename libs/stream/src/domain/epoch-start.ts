/** Where an epoch began. */
export interface EpochStart {
  readonly epoch: number;
  /** Index of the last message before it. */
  readonly after: number;
}

/** Body of an `epoch-started` message. */
export interface EpochStartBody {
  readonly epoch: number;
  /** Random name of the reign: two clusters may have been promoted to the same epoch. */
  readonly reign: string;
}

export const encodeEpochStart = (start: EpochStartBody): Buffer => Buffer.from(JSON.stringify(start));

/** How far an epoch may be ahead of one's own: each promotion counts by one, and nobody misses so many. */
const MOST_EPOCHS_AHEAD = 1000;

/** An epoch near the format's largest would leave no number for the next primary. */
export const isWithinReach = (epoch: number, own: number): boolean => epoch - own <= MOST_EPOCHS_AHEAD;
