import type { StreamPosition } from '@tidelock/store';
import { StreamMessageRefusedError } from './errors';

/**
 * What a message is for. The order is the wire's: only ever append.
 *
 * A `fence` stands outside the chain: a promotion writes it as the first sign of a new epoch, and what the topic holds before it is
 * all that the old epoch has. `resync` stands in a filtered stream where what it lets through has changed.
 */
export const MESSAGE_KINDS = ['mutation', 'checkpoint', 'epoch-started', 'key-rotated', 'fence', 'resync'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** A place in a stream, wherever the broker has it. */
export type ChainPosition = Omit<StreamPosition, 'brokerOffset'>;

/** The clear part of a message. Numbers are unsigned and below 2^48. */
export interface Header {
  readonly kind: MessageKind;
  /** Replication set, at most 255 bytes of UTF-8. */
  readonly set: string;
  readonly epoch: number;
  readonly index: number;
  /** Index of the message before this one in the same stream (a filtered stream has holes). */
  readonly prev: number;
  /** Chain digest (32 bytes) of that message; 32 zero bytes for the first one of a stream. */
  readonly prevDigest: Buffer;
  /** When it was committed, ms since the Unix epoch. */
  readonly time: number;
}

export const FIRST_DIGEST: Buffer = Buffer.alloc(32);

const MAGIC = 0x544c; // "TL": tells garbage from a format that is merely newer
const VERSION = 2;
const FIXED_BYTES = 61;

/**
 * magic u16 | version u8 | kind u8 | epoch u48 | index u48 | prev u48 | time u48 | prevDigest 32 | set length u8 | set;
 * big endian.
 */
export function encodeHeader(header: Header): Buffer {
  const setBytes = Buffer.byteLength(header.set);
  if (setBytes > 255) throw new RangeError('replication set id is longer than 255 bytes');
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + setBytes);
  bytes.writeUInt16BE(MAGIC, 0);
  bytes.writeUInt8(VERSION, 2);
  bytes.writeUInt8(MESSAGE_KINDS.indexOf(header.kind), 3);
  bytes.writeUIntBE(header.epoch, 4, 6);
  bytes.writeUIntBE(header.index, 10, 6);
  bytes.writeUIntBE(header.prev, 16, 6);
  bytes.writeUIntBE(header.time, 22, 6);
  header.prevDigest.copy(bytes, 28, 0, 32);
  bytes.writeUInt8(setBytes, 60);
  bytes.write(header.set, FIXED_BYTES);
  return bytes;
}

/**
 * @returns the header and its length in bytes. Nothing in it is authentic before `openMessage` has opened the body.
 * @throws {StreamMessageRefusedError} bad-format, newer-format.
 */
export function decodeHeader(message: Buffer): { header: Header; length: number } {
  if (message.length < 3 || message.readUInt16BE(0) !== MAGIC) throw new StreamMessageRefusedError('bad-format');
  const version = message.readUInt8(2);
  if (version > VERSION) throw new StreamMessageRefusedError('newer-format');
  if (version !== VERSION || message.length < FIXED_BYTES) throw new StreamMessageRefusedError('bad-format');
  const length = FIXED_BYTES + message.readUInt8(60);
  const kind = MESSAGE_KINDS[message.readUInt8(3)];
  if (kind === undefined || message.length < length) throw new StreamMessageRefusedError('bad-format');
  return {
    length,
    header: {
      kind,
      set: message.toString('utf8', FIXED_BYTES, length),
      epoch: message.readUIntBE(4, 6),
      index: message.readUIntBE(10, 6),
      prev: message.readUIntBE(16, 6),
      // A copy: who keeps a header would keep all that came in one fetch.
      prevDigest: Buffer.from(message.subarray(28, 60)),
      time: message.readUIntBE(22, 6),
    },
  };
}
