import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { hasNews } from './news';

const primary = (change: object) =>
  ({ mode: 'primary', journal: {}, stream: { brokerUp: true, refused: { total: 0 } }, ...change }) as PrimaryStatus;
const secondary = (change: object) =>
  ({ mode: 'secondary', state: 'stream-wals', connection_state: 'ready', ...change }) as SecondaryStatus;

describe('news of replication', () => {
  it('is there for whatever is not as it should be', () => {
    const calm = [primary({}), primary({ stream: undefined }), secondary({}), secondary({ refused: { total: 0 } })];
    expect(calm.map(hasNews)).not.toContain(true);
    const stirred = [
      primary({ corrupted_merkle_tree: true }),
      primary({ reindex_in_progress: true }),
      primary({ quarantined: 1 }),
      primary({ stream: { brokerUp: false } }),
      primary({ stream: { refused: { total: 2 } } }),
      primary({ journal: { warning: 'full' } }),
      secondary({ state: 'idle' }),
      secondary({ connection_state: 'transient_failure' }),
      secondary({ poison: { index: 1, reason: 'r' } }),
      secondary({ last_error: 'e' }),
      secondary({ known_difference: { records: 1, reason: 'r' } }),
      secondary({ refused: { total: 1 } }),
      secondary({ stream: { brokerUp: false } }),
    ];
    expect(stirred.map(hasNews)).not.toContain(false);
  });
});
