import type { IncomingMessage } from 'node:http';

/** Requests that came in over a listener with `unauthenticated_metrics_access`. */
const open = new WeakSet<IncomingMessage>();

export const markOpenMetrics = (request: IncomingMessage): void => void open.add(request);

export const hasOpenMetrics = (request: IncomingMessage): boolean => open.has(request);
