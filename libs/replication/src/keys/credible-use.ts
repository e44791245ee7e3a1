import type { KeyUse } from '@tidelock/barrier';

/** More than any machine seals. */
const MOST_A_MS = 100;
/** Clocks may be set back, ms. */
const LEAST_AGE_MS = 3_600_000;

/**
 * As much of what a secondary tells of its use of the data key as can be true: one that lies would have the primary rotate the key whenever it
 * likes.
 *
 * @param installTime of the key, as `now` in ms since the Unix epoch.
 */
export const credibleUse = ({ term, encryptions }: KeyUse, installTime: number, now: number): KeyUse => ({
  term,
  encryptions: Math.min(encryptions, Math.max(LEAST_AGE_MS, now - installTime) * MOST_A_MS),
});
