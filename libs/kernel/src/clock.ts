/** Source of time, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** RFC 3339 in UTC with nanosecond digits, as Vault writes times. */
export function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000000Z');
}
