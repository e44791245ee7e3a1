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

/** An empty reign where the body is none: it is nobody's own. */
export function decodeEpochStart(body: Buffer): EpochStartBody {
  try {
    const { epoch = 0, reign = '' } = JSON.parse(body.toString('utf8')) as Partial<EpochStartBody>;
    return { epoch, reign };
  } catch {
    return { epoch: 0, reign: '' };
  }
}
