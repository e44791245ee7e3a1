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
