import { createCipheriv, createDecipheriv, createHash, hash, randomFillSync } from 'node:crypto';
import { StreamMessageRefusedError } from './errors';
import { decodeHeader, encodeHeader, type Header } from './header';
import type { StreamKey } from './stream-key';
import { type Trailer, trailerOf, withTrailer } from './trailer';

/**
 * A message on the wire: `header | key id (4) | nonce (12) | AES-256-GCM ciphertext | tag (16) | trailer`. The associated data
 * is all that precedes the ciphertext; the header holds the digest of the message before, so each message is bound to the
 * whole history behind it and still authenticates alone: a forged header cannot even pretend a gap.
 *
 * Bodies are not compressed: they hold barrier ciphertext, which does not shrink, and compression beside secrets leaks
 * through lengths.
 */
export interface SealedMessage {
  readonly bytes: Buffer;
  /** Chain digest of this message. */
  readonly digest: Buffer;
}

export interface OpenedMessage {
  readonly header: Header;
  readonly body: Buffer;
  readonly digest: Buffer;
  readonly trailer: Trailer;
}

const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALING_BYTES = KEY_ID_BYTES + NONCE_BYTES;

const noncePool = Buffer.allocUnsafe(NONCE_BYTES * 1024);
let nonceAt = noncePool.length;

/**
 * Chain digest: SHA-256(header || SHA-256(body)), where the header holds the digest before. It covers content only,
 * neither key id nor nonce: a message that is sealed and sent again after a crash has the same digest as the first time.
 */
function chainDigest(header: Buffer, body: Buffer): Buffer {
  return createHash('sha256')
    .update(header)
    .update(hash('sha256', body, 'buffer'))
    .digest();
}

/** @param trailerFor what goes with the message that has this chain digest; absent = nothing. */
export function sealMessage(
  header: Header,
  body: Buffer,
  key: StreamKey,
  trailerFor: (digest: Buffer) => Trailer = () => ({}),
): SealedMessage {
  const head = encodeHeader(header);
  const clear = Buffer.allocUnsafe(head.length + SEALING_BYTES);
  head.copy(clear);
  clear.write(key.id, head.length, 'hex');
  const nonce = clear.subarray(head.length + KEY_ID_BYTES);
  takeNonce(nonce);
  const cipher = createCipheriv('aes-256-gcm', key.messageKey(header.epoch, header.index), nonce);
  cipher.setAAD(clear);
  const sealed = cipher.update(body);
  cipher.final();
  const digest = chainDigest(head, body);
  return { bytes: withTrailer([clear, sealed, cipher.getAuthTag()], trailerFor(digest)), digest };
}

/**
 * @param set   the only replication set that is accepted.
 * @param keyOf finds a key by its id, for a message at an index. @throws {StreamMessageRefusedError} expired-key.
 * @param clear what `decodeHeader` says of this very message; absent = it is decoded here.
 * @returns what only a holder of the key can have made; whether the reign stands for it is told by its signature.
 * @throws {StreamMessageRefusedError} bad-format, newer-format, foreign-set, unknown-key, expired-key, forged.
 */
export function openMessage(
  message: Buffer,
  set: string,
  keyOf: (id: string, index: number) => StreamKey | undefined,
  clear = decodeHeader(message),
): OpenedMessage {
  const { header, length } = clear;
  if (header.set !== set) throw new StreamMessageRefusedError('foreign-set');
  const bodyAt = length + SEALING_BYTES;
  const { trailer, length: sealedLength } = trailerOf(message);
  const bodyEnd = sealedLength - TAG_BYTES;
  if (bodyEnd < bodyAt) throw new StreamMessageRefusedError('bad-format');
  const key = keyOf(message.toString('hex', length, length + KEY_ID_BYTES), header.index);
  if (key === undefined) throw new StreamMessageRefusedError('unknown-key');
  const body = decrypt(message.subarray(0, sealedLength), key.messageKey(header.epoch, header.index), {
    bodyAt,
    bodyEnd,
  });
  return { header, body, digest: chainDigest(message.subarray(0, length), body), trailer };
}

function decrypt(message: Buffer, key: Buffer, { bodyAt, bodyEnd }: { bodyAt: number; bodyEnd: number }): Buffer {
  const nonce = message.subarray(bodyAt - NONCE_BYTES, bodyAt);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(message.subarray(0, bodyAt));
  decipher.setAuthTag(message.subarray(bodyEnd));
  const body = decipher.update(message.subarray(bodyAt, bodyEnd));
  try {
    decipher.final();
  } catch {
    throw new StreamMessageRefusedError('forged');
  }
  return body;
}

/** From a pool: one call to the system's generator per 1024 messages. */
function takeNonce(into: Buffer): void {
  if (nonceAt === noncePool.length) {
    randomFillSync(noncePool);
    nonceAt = 0;
  }
  noncePool.copy(into, 0, nonceAt, (nonceAt += NONCE_BYTES));
}
