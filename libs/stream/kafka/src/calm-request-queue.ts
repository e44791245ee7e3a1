import { prototypeIn } from './kafkajs-internals';

/** The parts of kafkajs 2.2.4's request queue that the replacement works with. */
interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const BUSY_CHECK_MS = 10;

/**
 * kafkajs 2.2.4 re-arms a 1 ms timer for ever on every broker connection: 3.5 % of a core while idle, and negative
 * timeouts on newer Node. This schedules only while requests wait. Relies on the exact version pinned in package.json.
 */
export function calmRequestQueue(): void {
  const prototype = prototypeIn<RequestQueue>('network/requestQueue', 'scheduleCheckPendingRequests');
  prototype.scheduleCheckPendingRequests = function scheduleOnlyWhilePending(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttleMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttleMs > 0 ? throttleMs : BUSY_CHECK_MS,
    );
  };
}
