import { binary, integer, type Table, text } from './table';

/** The family of tables that holds replicated state and its way to the stream. */
export const REPLICATED_TABLES = {
  /** `digest`: leaf digest, 32 bytes; `bucket`: its place in the merkle tree. */
  record: { name: 'record', columns: [text('key'), binary('value'), binary('digest'), integer('bucket')] },
  /** The outbox. */
  journal: {
    name: 'journal',
    columns: [integer('idx'), integer('epoch'), text('kind'), integer('time'), binary('body'), text('cause')],
  },
  merkleBucket: { name: 'merkle_bucket', columns: [integer('bucket'), binary('digest')] },
  /** One row: the counters, the place in the stream that is followed, and the term of the writer. */
  position: {
    name: 'position',
    columns: [
      integer('id'),
      integer('local_idx'),
      integer('replicated_idx'),
      integer('stream_epoch', true),
      integer('stream_idx', true),
      { name: 'stream_digest', type: 'binary', nullable: true },
      text('broker_offset', true),
      integer('term'),
    ],
  },
} as const satisfies Record<string, Table>;
