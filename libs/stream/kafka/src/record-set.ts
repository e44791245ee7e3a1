import { MOST_MESSAGES_TAKEN } from '@tidelock/stream';
import { BytesReader } from './bytes-reader';

/** A fetched message, in the shape that kafkajs hands on unchanged. */
export interface FetchedMessage {
  readonly offset: string;
  readonly key: null;
  readonly value: Buffer | null;
  /** See `StreamMessage`. */
  readonly unreadFrom?: string;
  /** What kafkajs asks of every message. */
  readonly isControlRecord: false;
  readonly batchContext: object;
}

/** Before a batch's length is known: its first offset, and the length of what follows. */
const LENGTH_END = 12;
/** Bytes of a batch's header that are followed by its first record. */
const HEADER_BYTES = 61;
const MAGIC_AT = 16;
const MAGIC = 2;
const COMPRESSION = 0x07;
const CONTROL = 0x20;
/** One delivery holds no more than this, beside the batch that passes it: what is left is fetched again. */
const ENOUGH_MESSAGES = 10_000;

/**
 * Reads the batches that a broker holds (magic 2, KIP-98). All that a `StreamPublisher` writes is uncompressed and of few records. Any
 * other batch is somebody else's, or the broker's own mark at a transaction's end: it is not opened, whatever it would cost to do so, and stands as
 * one message for all the offsets that it has. So nobody who can write to a topic can hold up those who read it; should a true message ever be
 * passed over so, the chain of digests tells that one is missing.
 */
export function readRecordSet(bytes: Buffer): FetchedMessage[] {
  const messages: FetchedMessage[] = [];
  for (let at = 0; at + LENGTH_END <= bytes.length && messages.length < ENOUGH_MESSAGES;) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + LENGTH_END - 4);
    // The last batch of a fetch may be cut short, and comes again.
    if (end > bytes.length || end <= at + LENGTH_END) break;
    messages.push(...readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return messages;
}

function readBatch(batch: Buffer): readonly FetchedMessage[] {
  const first = batch.readBigInt64BE(0);
  if (batch.length < HEADER_BYTES || batch.readInt8(MAGIC_AT) !== MAGIC) return [unread(first, first)];
  const header = new BytesReader(batch.subarray(MAGIC_AT + 1, HEADER_BYTES));
  header.take(4);
  const attributes = header.int16();
  const last = first + BigInt(Math.max(header.int32(), 0));
  const count = batch.readInt32BE(HEADER_BYTES - 4);
  if ((attributes & (COMPRESSION | CONTROL)) !== 0 || count > MOST_MESSAGES_TAKEN) return [unread(first, last)];
  try {
    const records = new BytesReader(batch.subarray(HEADER_BYTES));
    const read = Array.from({ length: count }, () => readRecord(records, first));
    return read.at(-1)?.offset === String(last) ? read : [unread(first, last)];
  } catch {
    return [unread(first, last)];
  }
}

/** Headers mean nothing here: kafkajs takes a time that grows with the square of their number. */
function readRecord(records: BytesReader, firstOffset: bigint): FetchedMessage {
  const record = new BytesReader(records.take(records.varint()));
  record.int8();
  record.varint();
  const offset = String(firstOffset + BigInt(record.varint()));
  record.take(record.varint());
  const length = record.varint();
  return message(offset, length < 0 ? null : record.take(length));
}

const message = (offset: string, value: Buffer | null): FetchedMessage => ({
  offset,
  key: null,
  value,
  isControlRecord: false,
  batchContext: {},
});

const unread = (from: bigint, to: bigint): FetchedMessage => ({
  ...message(String(to), null),
  unreadFrom: String(from),
});
