import { formatDuration } from '@tidelock/kernel';

/** What bounds a life. Seconds; 0 = no such bound. */
export interface LifeBounds {
  /** Asked for, or the caller's default. */
  readonly requestedSeconds: number;
  readonly defaultSeconds: number;
  /** The mount's maximum: always set. */
  readonly mountMaxSeconds: number;
  /** The auth method's or role's own maximum. */
  readonly maxSeconds?: number;
  readonly explicitMaxSeconds?: number;
  /** A periodic token lives this long after each renewal, without a maximum besides the explicit one. */
  readonly periodSeconds?: number;
}

export interface Life {
  /** <= 0 when the maximum has passed. */
  readonly ttlSeconds: number;
  readonly warnings: readonly string[];
}

const atMost = (value: number, cap: number | undefined): number => (cap ? Math.min(value, cap) : value);

/**
 * How long a token or lease may live from `now` on, given when it was issued (both ms).
 * @see https://developer.hashicorp.com/vault/docs/concepts/tokens#token-time-to-live-periodic-tokens-and-explicit-max-ttls
 */
export function lifeWithin(bounds: LifeBounds, issuedAt: number, now: number): Life {
  const age = Math.floor((now - issuedAt) / 1000);
  if (bounds.periodSeconds) {
    const period = Math.min(bounds.periodSeconds, bounds.mountMaxSeconds);
    return {
      ttlSeconds: bounds.explicitMaxSeconds ? Math.min(period, bounds.explicitMaxSeconds - age) : period,
      warnings: [],
    };
  }
  const wanted = bounds.requestedSeconds || bounds.defaultSeconds;
  const maximum = atMost(atMost(bounds.mountMaxSeconds, bounds.maxSeconds), bounds.explicitMaxSeconds);
  const ttlSeconds = Math.min(wanted, maximum - age);
  return { ttlSeconds, warnings: ttlSeconds < wanted ? [cappedWarning(wanted, Math.max(0, maximum - age))] : [] };
}

/** @param maximum what is left of it. */
const cappedWarning = (wanted: number, maximum: number): string =>
  `TTL of "${formatDuration(wanted)}" exceeded the effective max_ttl of "${formatDuration(maximum)}"; TTL value is capped accordingly`;
