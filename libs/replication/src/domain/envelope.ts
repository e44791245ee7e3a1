import { createCipheriv, createDecipheriv, createHash, hash, randomFillSync } from 'node:crypto';
import { StreamMessageRefusedError } from './errors';
import { decodeHeader, encodeHeader, type Header } from './header';
import type { StreamKey } from './stream-key';

/**
 * A message on the wire: `header | key id (4) | nonce (12) | AES-256-GCM ciphertext | tag (16)`. The associated data is
 * all that precedes the ciphertext; the header holds the digest of the message before, so each message is bound to the
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
  return createHash('sha256').update(header).update(hash('sha256', body, 'buffer')).digest();
}

export function sealMessage(header: Header, body: Buffer, key: StreamKey): SealedMessage {
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
  return { bytes: Buffer.concat([clear, sealed, cipher.getAuthTag()]), digest: chainDigest(head, body) };
}

/**
 * @param set   the only replication set that is accepted.
 * @param keyOf finds a key by its id.
 * @throws {StreamMessageRefusedError} bad-format, newer-format, foreign-set, unknown-key, forged.
 */
export function openMessage(message: Buffer, set: string, keyOf: (id: string) => StreamKey | undefined): OpenedMessage {
  const { header, length } = decodeHeader(message);
  if (header.set !== set) throw new StreamMessageRefusedError('foreign-set');
  const bodyAt = length + SEALING_BYTES;
  const bodyEnd = message.length - TAG_BYTES;
  if (bodyEnd < bodyAt) throw new StreamMessageRefusedError('bad-format');
  const key = keyOf(message.toString('hex', length, length + KEY_ID_BYTES));
  if (key === undefined) throw new StreamMessageRefusedError('unknown-key');
  const body = decrypt(message, key.messageKey(header.epoch, header.index), { bodyAt, bodyEnd });
  return { header, body, digest: chainDigest(message.subarray(0, length), body) };
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
