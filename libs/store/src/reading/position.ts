import type { SqlDatabase } from '../adapters/sql-database';
import type { StreamPosition } from '../ports/stream-sink';
import type { CommitReceipt } from '../ports/unit-of-work';

interface StoredPosition {
  readonly counters: CommitReceipt;
  readonly stream: StreamPosition | undefined;
}

/** The counters as committed. */
export async function readPosition(database: SqlDatabase): Promise<StoredPosition> {
  const [row] = await database.all({ sql: 'SELECT * FROM position', parameters: [] });
  if (row === undefined) return { counters: { localIndex: 0, replicatedIndex: 0 }, stream: undefined };
  const counters = { localIndex: row['local_idx'] as number, replicatedIndex: row['replicated_idx'] as number };
  if (row['stream_idx'] === null) return { counters, stream: undefined };
  const stream = {
    epoch: row['stream_epoch'] as number,
    index: row['stream_idx'] as number,
    digest: row['stream_digest'] as Buffer,
    brokerOffset: row['broker_offset'] as string,
  };
  return { counters, stream };
}
