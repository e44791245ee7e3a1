import { dayOf, durationOf, momentOf } from '../../ui/format';

/** A moment that the API tells, in both zones; what is none as it is. */
export const toldMoment = (text: unknown): string => told(text, momentOf);

/** The same in this one's zone alone. */
export const localMoment = (text: unknown): string => told(text, dayOf);

function told(text: unknown, format: (moment: number) => string): string {
  const at = Date.parse(String(text));
  return Number.isNaN(at) ? String(text) : format(at);
}

/** How far off a moment is; `undefined`: it has passed, or is none. */
export function timeLeft(text: unknown, now: number): string | undefined {
  const left = Date.parse(String(text)) - now;
  return left > 0 ? durationOf(left) : undefined;
}
