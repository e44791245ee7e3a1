import { badRequest } from './errors/tidelock-error';
import { RawJson } from './json/raw-json';

const SECOND = 1_000_000_000n;
const UNIT_NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
  d: 86400n * SECOND,
};
const TERM = '(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h|d)';
const GO_DURATION = new RegExp(`^[+-]?(?:${TERM})+$`);
const TERMS = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h|d)/g;
/** What Go's int64 of nanoseconds holds: 292 years. */
const MOST_SECONDS = 9_223_372_036;

/**
 * Reads a duration as Vault does: integer seconds, `"30"`, or Go's text form plus days (`90s`, `1h30m`, `7d`).
 *
 * @param value what the client sent; `undefined`, `null` and `""` count as 0.
 * @param name  the parameter's name, for the error.
 * @returns whole seconds, rounded down.
 * @throws {TidelockError} INVALID_REQUEST when it is not a duration.
 */
export function parseDurationSeconds(value: unknown, name = 'duration'): number {
  if (value === undefined || value === null || value === '') return 0;
  const text = value instanceof RawJson ? value.text : value;
  const seconds = typeof text === 'number' ? Math.trunc(text) : typeof text === 'string' ? secondsOf(text) : undefined;
  if (seconds === undefined) throw badRequest(`error converting input for field "${name}": expected a duration`);
  // NaN is no duration, and neither is what Go cannot count: dates must not run out of range.
  if (!(Math.abs(seconds) <= MOST_SECONDS)) {
    throw badRequest(`error converting input for field "${name}": time: invalid duration ${JSON.stringify(text)}`);
  }
  return seconds;
}

/** @returns NaN for what is no duration. */
function secondsOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number.parseInt(text, 10);
  if (!GO_DURATION.test(text)) return Number.NaN;
  // In whole nanoseconds: 2.05 minutes are 123 seconds, while 2.05 * 60 is a little less.
  let nanoseconds = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(TERMS)) {
    nanoseconds += (BigInt(whole + fraction) * (UNIT_NANOSECONDS[unit] as bigint)) / 10n ** BigInt(fraction.length);
  }
  const seconds = Number(nanoseconds / SECOND);
  return text.startsWith('-') && seconds !== 0 ? -seconds : seconds;
}

/** Go's text form of a duration of whole seconds: `0s`, `1m30s`, `768h0m0s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 60) return `${seconds}s`;
  const [h, m, s] = [Math.trunc(seconds / 3600), Math.trunc((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}h${m}m${s}s` : `${m}m${s}s`;
}
