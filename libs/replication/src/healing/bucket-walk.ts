import { setImmediate } from 'node:timers/promises';
import { type BucketFinding, BUCKETS, type CheckDepth, type StoreIntegrity } from '@tidelock/store';

const MOST_BUCKETS = 256;
/** Requests wait no longer than about this for a step of the walk, ms. */
const STEP_MS = 8;

/**
 * Looks at every bucket in steps, and lets requests be served between two of them. How many buckets a step takes follows from how
 * long the last one took: few of a large store, many of a small one.
 *
 * @throws the signal's reason once it is aborted.
 */
export async function walkBuckets(
  integrity: StoreIntegrity,
  depth: CheckDepth,
  signal: AbortSignal,
  passed: (findings: readonly BucketFinding[], buckets: number) => void | Promise<void>,
): Promise<void> {
  let count = 8;
  for (let from = 0; from < BUCKETS;) {
    signal.throwIfAborted();
    const step = Math.min(count, BUCKETS - from);
    const began = performance.now();
    const findings = await integrity.check(from, step, depth);
    const took = performance.now() - began;
    from += step;
    await passed(findings, from);
    if (took > STEP_MS) count = Math.max(1, count >> 1);
    else if (took < STEP_MS / 4) count = Math.min(MOST_BUCKETS, count * 2);
    await setImmediate();
  }
}
