import type { StoreAdmin } from '@tidelock/store';
import { walkBuckets } from './bucket-walk';

describe('walkBuckets', () => {
  it('takes shorter steps where they are slow, and lets others run between them', async () => {
    const steps: number[] = [];
    let others = 0;
    const integrity = {
      check: async (_from: number, count: number) => {
        steps.push(count);
        for (const until = performance.now() + count / 4; performance.now() < until;);
        return [];
      },
    } as unknown as StoreAdmin['integrity'];
    const ended = new AbortController();
    const other = setInterval(() => (others += 1), 0);
    await walkBuckets(integrity, { authenticate: false }, ended.signal, (_findings, done) => {
      if (done > 2000) ended.abort(new Error('enough'));
    }).catch(() => undefined);
    clearInterval(other);
    expect(Math.max(...steps.slice(5))).toBeLessThanOrEqual(64);
    expect(others).toBeGreaterThan(0);
  });
});
