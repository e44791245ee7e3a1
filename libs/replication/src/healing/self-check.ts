import { type Task, unlessEnded } from '@tidelock/core/runtime';
import { type BucketFinding, BUCKETS, type StoreIntegrity } from '@tidelock/store';

/** 64 buckets a minute: the whole store in 17 hours. */
export const SELF_CHECK_MS = 60_000;
export const BUCKETS_A_SLICE = 64;
const DEEP = { authenticate: true };

/** Looks at a slice of the store every minute, so that damage is found before somebody reads it. */
export class SelfCheck implements Task {
  readonly name = 'self-check';
  readonly every = SELF_CHECK_MS;
  readonly after = SELF_CHECK_MS;
  /** Anywhere, so that restarts do not keep a part of the store from being looked at. */
  private next = Math.floor(Math.random() * BUCKETS);

  constructor(
    private readonly integrity: StoreIntegrity,
    /** After each slice, also when nothing was found. */
    private readonly looked: (findings: readonly BucketFinding[]) => Promise<void>,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const from = this.next;
    const count = Math.min(BUCKETS_A_SLICE, BUCKETS - from);
    const findings = await this.integrity.check(from, count, DEEP);
    // What cannot be repaired holds the walk up no more than what can.
    this.next = (from + count) % BUCKETS;
    if (!signal.aborted) await unlessEnded(signal, this.looked(findings));
  }
}
