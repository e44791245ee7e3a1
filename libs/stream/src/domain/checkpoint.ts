import { pack, unpack } from 'msgpackr';

/** Body of a `checkpoint` message: proof of equality, and a sign of life when nothing is written. */
export interface Checkpoint {
  readonly index: number;
  /** 40 hex digits: the primary's merkle root with everything before this message applied; `""` = not known. */
  readonly merkleRoot: string;
  /** When it was taken, ms since the Unix epoch. */
  readonly time: number;
  /** Only in the journal: the roots of the filtered streams, by name. */
  readonly viewRoots?: Readonly<Record<string, string>>;
}

export const encodeCheckpoint = ({ index, merkleRoot, time, viewRoots }: Checkpoint): Buffer =>
  pack(viewRoots === undefined ? [index, merkleRoot, time] : [index, merkleRoot, time, viewRoots]);

/** @throws {Error} when the bytes are no checkpoint. */
export function decodeCheckpoint(body: Buffer): Checkpoint {
  const [index, merkleRoot, time, viewRoots] = unpack(body) as [unknown, unknown, unknown, Checkpoint['viewRoots']];
  if (typeof index !== 'number' || typeof merkleRoot !== 'string' || typeof time !== 'number') {
    throw new Error('not a checkpoint');
  }
  return { index, merkleRoot, time, ...(viewRoots && { viewRoots }) };
}
