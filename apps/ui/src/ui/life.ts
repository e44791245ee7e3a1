import { durationOf } from './format';

/** `in 3 min 20 s` for a moment as the API tells it; `null` is none. */
export function lifeLeft(expires: unknown, now: number): string {
  if (expires === null || expires === undefined) return 'without end';
  const left = Date.parse(String(expires)) - now;
  if (Number.isNaN(left)) return 'not told';
  return left > 0 ? durationOf(Math.ceil(left / 1000) * 1000) : 'it has ended';
}
