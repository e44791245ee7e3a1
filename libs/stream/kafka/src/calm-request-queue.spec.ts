import { createRequire } from 'node:module';
import { calmRequestQueue } from './calm-request-queue';

const load = createRequire(__filename);

describe('The replacement in kafkajs', () => {
  it('still has something to replace: the pinned version', () => {
    expect((load('kafkajs/package.json') as { version: string }).version).toBe('2.2.4');
    const queue = load('kafkajs/src/network/requestQueue') as { prototype: Record<string, unknown> };
    for (const method of ['scheduleCheckPendingRequests', 'checkPendingRequests'])
      expect(typeof queue.prototype[method]).toBe('function');
  });

  it('sets no timer while nothing waits, and one while something does', () => {
    calmRequestQueue();
    const Queue = load('kafkajs/src/network/requestQueue') as new (options: object) => {
      pending: unknown[];
      throttleCheckTimeoutId: NodeJS.Timeout | null;
      scheduleCheckPendingRequests(): void;
      destroy(): void;
    };
    const logger = { namespace: () => logger, debug() {} };
    const queue = new Queue({ maxInFlightRequests: 1, requestTimeout: 1000, logger, isConnected: () => true });
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.pending.push({});
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.destroy();
  });
});
