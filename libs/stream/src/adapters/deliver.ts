import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../domain/backoff';
import type { StreamBatch, StreamRequest } from '../ports/stream';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5000;
const HEARTBEAT_EVERY_MS = 1000;

/** Hands a batch over until the handler takes it, or `ended` says that nobody wants it any more. */
export async function deliver(
  batch: StreamBatch,
  onBatch: StreamRequest['onBatch'],
  ended: AbortSignal,
): Promise<boolean> {
  const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  while (!ended.aborted) {
    try {
      await onBatch(batch);
      return true;
    } catch {
      // The handler has reported its own failure; here it only means "not yet".
      await pause(backoff.delay(), batch, ended);
    }
  }
  return false;
}

async function pause(milliseconds: number, batch: StreamBatch, ended: AbortSignal): Promise<void> {
  for (let left = milliseconds; left > 0 && !ended.aborted; left -= HEARTBEAT_EVERY_MS) {
    // eslint-disable-next-line tidelock/recurring-timers -- inside one run of the task `follow`, or one look at a topic
    await sleep(Math.min(left, HEARTBEAT_EVERY_MS), undefined, { signal: ended }).catch(() => undefined);
    if (!ended.aborted) await batch.heartbeat();
  }
}
