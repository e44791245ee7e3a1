import type { Task } from '@tidelock/core/runtime';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Looks at a certificate every hour. */
export const renewalTask = (run: Task['run']): Task => ({
  name: 'certificate',
  every: HOUR_MS,
  retry: { first: MINUTE_MS, longest: HOUR_MS },
  run,
});
