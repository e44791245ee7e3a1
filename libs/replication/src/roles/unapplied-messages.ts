import type { Store, StreamPosition } from '@tidelock/store';
import { openMessage } from '../domain/envelope';
import { StreamMessageRefusedError } from '../domain/errors';
import { isBehind } from '../domain/judge';
import { StreamKeyring } from '../domain/stream-key';
import type { StreamMessage } from '../ports/stream';
import { readOn, type Tail } from '../publish/tail';
import { readCredentials } from './role-store';

export interface UnappliedParts extends Tail {
  readonly store: Pick<Store, 'local'>;
  readonly set: string;
}

const PATIENCE_MS = 10_000;

/**
 * Counts what a cluster that follows nobody would have to apply to be in step with the topic: messages behind its place that open here. The first
 * that a true primary wrote there does, whatever became of the keys since. What does not open anybody who can write to the topic can have made. A fence
 * carries no data.
 *
 * @throws {Error} when the topic cannot be read to its end, or does not reach back to the place.
 */
export async function unappliedMessages({ store, set, consumer, topic }: UnappliedParts, at: StreamPosition): Promise<number> {
  const keys = new StreamKeyring((await readCredentials(store.local)).streamKeys);
  let count = 0;
  const reachesBack = await readOn({ consumer, topic }, { offset: at.brokerOffset, whole: false }, AbortSignal.timeout(PATIENCE_MS), (message) => {
    if (isToApply(message, at, { set, keys })) count += 1;
  });
  if (!reachesBack) throw new Error(`the topic ${topic} does not reach back to where this cluster stands`);
  return count;
}

function isToApply({ value, unreadFrom }: StreamMessage, at: StreamPosition, { set, keys }: { set: string; keys: StreamKeyring }): boolean {
  if (unreadFrom !== undefined) return false;
  try {
    const { header } = openMessage(value, set, (id, index) => keys.opening(id, index));
    return header.kind !== 'fence' && !isBehind(at, header);
  } catch (error) {
    if (error instanceof StreamMessageRefusedError) return false;
    throw error;
  }
}
