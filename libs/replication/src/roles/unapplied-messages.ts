import type { Store, StreamPosition } from '@tidelock/store';
import {
  decodeHeader,
  isBehind,
  isGenuine,
  isWithinReach,
  openMessage,
  readOn,
  StreamKeyring,
  type StreamMessage,
  StreamMessageRefusedError,
  type Tail,
  trailerOf,
} from '@tidelock/stream';
import { successors } from '../set-members/member-records';
import { readCredentials } from '../membership/role-store';

export interface UnappliedParts extends Tail {
  readonly store: Pick<Store, 'local' | 'replicated'>;
  readonly set: string;
}

const PATIENCE_MS = 10_000;

/**
 * Counts what a cluster that follows nobody would have to apply to be in step with the topic: messages behind its place that open here, and the
 * beginnings of members' epochs, whatever key they are sealed with. With one of the two begins all that a true primary wrote there. Anything else
 * anybody who can write to the topic can have made. A fence carries no data.
 *
 * @throws {Error} when the topic cannot be read to its end, or not in time, or does not reach back to the place.
 */
export async function unappliedMessages(
  { store, set, consumer, topic }: UnappliedParts,
  at: StreamPosition,
): Promise<number> {
  const keys = new StreamKeyring((await readCredentials(store.local)).streamKeys);
  const known: Known = { at, set, keys, successors: await successors(store.replicated) };
  let count = 0;
  const reachesBack = await readOn(
    { consumer, topic },
    { offset: at.brokerOffset, whole: false },
    AbortSignal.timeout(PATIENCE_MS),
    (message) => {
      if (message.unreadFrom === undefined && isToApply(message, known)) count += 1;
    },
  );
  if (!reachesBack) throw new Error(`the topic ${topic} does not reach back to where this cluster stands`);
  return count;
}

interface Known {
  readonly at: StreamPosition;
  readonly set: string;
  readonly keys: StreamKeyring;
  /** Public keys (base64) of the members that may begin a reign. */
  readonly successors: ReadonlySet<string>;
}

const isToApply = (message: StreamMessage, known: Known): boolean =>
  unlessRefused(() => opens(message, known)) || unlessRefused(() => beginsEpoch(message, known));

function opens({ value }: StreamMessage, { at, set, keys }: Known): boolean {
  const { header } = openMessage(value, set, (id, index) => keys.opening(id, index));
  return header.kind !== 'fence' && !isBehind(at, header);
}

/** Also by force, where the newest key of the stream was lost. A signature is checked last: it is what costs. */
function beginsEpoch({ value }: StreamMessage, { at, set, successors }: Known): boolean {
  const { header } = decodeHeader(value);
  if (
    header.kind !== 'epoch-started' ||
    header.set !== set ||
    header.epoch <= at.epoch ||
    !isWithinReach(header.epoch, at.epoch)
  )
    return false;
  const { introduction } = trailerOf(value).trailer;
  return (
    introduction !== undefined &&
    successors.has(introduction.memberKey.toString('base64')) &&
    isGenuine(introduction, header)
  );
}

function unlessRefused(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof StreamMessageRefusedError) return false;
    throw error;
  }
}
