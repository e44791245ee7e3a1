import { TidelockError } from '@tidelock/kernel';
import { aeadOpen, aeadSeal } from './aead';

const VERSION = 1;
const HEADER_BYTES = 5;

/**
 * A stored value: version (1 byte), term (u32 BE), nonce (12), ciphertext, tag (16). The record's key and the header are
 * associated data, so that a value can neither be moved to another key nor be passed off as another term's.
 */
export function sealValue(key: Buffer, term: number, plaintext: Buffer, recordKey: string): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt8(VERSION);
  header.writeUInt32BE(term, 1);
  return aeadSeal(key, header, plaintext, associatedData(recordKey, header));
}

/** @throws {TidelockError} CORRUPT_RECORD. */
export function openValue(key: Buffer, sealed: Buffer, recordKey: string): Buffer {
  return aeadOpen(key, HEADER_BYTES, sealed, associatedData(recordKey, sealed));
}

/** The term whose key sealed the value. @throws {TidelockError} CORRUPT_RECORD when it is no sealed value. */
export function termOf(sealed: Buffer): number {
  if (sealed.length < HEADER_BYTES || sealed[0] !== VERSION) throw new TidelockError('CORRUPT_RECORD');
  return sealed.readUInt32BE(1);
}

/** The header has a fixed length, so no other pair of key and header gives the same bytes. */
function associatedData(recordKey: string, header: Buffer): Buffer {
  const length = Buffer.byteLength(recordKey);
  const aad = Buffer.allocUnsafe(length + HEADER_BYTES);
  aad.write(recordKey);
  header.copy(aad, length, 0, HEADER_BYTES);
  return aad;
}
