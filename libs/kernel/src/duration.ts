import { badRequest } from './tidelock-error';
import { RawJson } from './json/raw-json';

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9, us: 1e-6, 'µs': 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400,
};
const GO_DURATION = /^[+-]?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/;

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
  if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
  const text = value instanceof RawJson ? value.text : value;
  if (typeof text !== 'string') throw badRequest(`error converting input for field "${name}": expected a duration`);
  return secondsOf(text, name);
}

function secondsOf(text: string, name: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number.parseInt(text, 10);
  if (!GO_DURATION.test(text)) {
    throw badRequest(`error converting input for field "${name}": time: invalid duration ${JSON.stringify(text)}`);
  }
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit as string] as number);
  }
  return Math.trunc(text.startsWith('-') ? -seconds : seconds);
}

/** Go's text form of a duration: `0s`, `1m30s`, `768h0m0s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const [h, m, s] = [Math.trunc(seconds / 3600), Math.trunc((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}h${m}m${s}s` : `${m}m${s}s`;
}
