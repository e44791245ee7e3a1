import type { ApplyDelay } from '@tidelock/api-answers';
import type { Clock } from '@tidelock/kernel';
import type { AppliedMessage } from '@tidelock/stream';
import { HEARTBEAT_INTERVAL_MS, LONGEST_DELAY_MS } from '../cluster-port/heartbeat';
import { DelayHistogram } from './delay-histogram';

/** `apply_delay_ms` of the status is of so long. */
export const MINUTE_MS = 60_000;

/** A minute's seconds, the one that has begun, and room for what is applied while the minute is looked at. */
const SECONDS = 64;

/** Something was applied lately, or is expected still: a heartbeat and a half. */
const LATELY_MS = 1.5 * HEARTBEAT_INTERVAL_MS;

/** How long something took, and when it was applied, ms. */
interface NewestDelay {
  readonly ms: number;
  readonly at: number;
}

/** Where a secondary stands towards its primary. Times and ages in ms. */
export interface Standing {
  /** It hears the primary, and has all that the primary told of. */
  readonly isInStep: boolean;
  /** When it last was, as far as is known; `undefined`: not since this process follows the primary. */
  readonly inStepAt: number | undefined;
  /** Since the primary committed the newest message applied here. */
  readonly canaryAgeMs: number;
}

/** How long what is applied took from its commit on the primary: counted by second of this cluster's clock, each delay at the cost of a few additions. */
export class ApplyDelays {
  private readonly seconds = Array.from({ length: SECONDS }, () => ({ second: -1, delays: new DelayHistogram() }));
  private newestMessage: NewestDelay | undefined;
  private newestMutation: NewestDelay | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * @param messages that have just been committed here.
   * @param clockSkewMs how far the primary's clock is ahead.
   */
  note(messages: readonly AppliedMessage[], clockSkewMs: number): void {
    const at = this.clock.now();
    const delays = this.delaysOf(Math.floor(at / 1000));
    let [ms, mutation] = [0, -1];
    for (const { records, time } of messages) {
      ms = boundedDelay(at + clockSkewMs - time);
      if (records === undefined) continue;
      delays.add(ms);
      mutation = ms;
    }
    if (messages.length > 0) this.newestMessage = { ms, at };
    if (mutation >= 0) this.newestMutation = { ms: mutation, at };
  }

  /** Of mutations applied within so long, at most a minute: whole seconds, the first one included. `undefined` where there were none. */
  within(milliseconds: number): ApplyDelay | undefined {
    const now = this.clock.now();
    const [first, last] = [Math.floor((now - milliseconds) / 1000), Math.floor(now / 1000)];
    const all = new DelayHistogram();
    for (const { second, delays } of this.seconds) if (second >= first && second <= last) all.addAll(delays);
    if (all.count === 0 || this.newestMutation === undefined) return undefined;
    return { last: this.newestMutation.ms, p50: all.quantile(0.5), p99: all.quantile(0.99), max: all.max };
  }

  /**
   * How old this cluster's state is against its primary's, ms (`lag_ms`).
   *
   * - It has all that the primary told of: the delay of the newest mutation, while one was applied within the last three seconds (a heartbeat and a
   *   half); else 0.
   * - It lacks something, or does not hear the primary: the delay of the newest message, canaries included, while one was applied within that time,
   *   or it had everything within that time: what is on its way is no lag yet.
   * - Else the age of the newest message applied (`canaryAgeMs`), or since it had everything, if that is less: canaries come each five seconds alone. It
   *   grows until another message is applied.
   */
  lagMs({ isInStep, inStepAt, canaryAgeMs }: Standing): number {
    const { newestMessage: message, newestMutation: mutation } = this;
    const now = this.clock.now();
    const since = now - LATELY_MS;
    if (isInStep) return mutation !== undefined && mutation.at >= since ? mutation.ms : 0;
    const wasInStep = inStepAt ?? -Infinity;
    const isStuck = message === undefined || Math.max(message.at, wasInStep) < since;
    return isStuck ? boundedDelay(Math.min(canaryAgeMs, now - wasInStep)) : message.ms;
  }

  private delaysOf(second: number): DelayHistogram {
    const slot = this.seconds[second % SECONDS] as (typeof this.seconds)[number];
    if (slot.second !== second) {
      slot.second = second;
      slot.delays.clear();
    }
    return slot.delays;
  }
}

/** Clocks are never known exactly: what seems to be applied before it was committed took no time. */
const boundedDelay = (ms: number): number => Math.min(Math.max(0, Math.round(ms)), LONGEST_DELAY_MS);
