import { randomBytes } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { aeadOpen, aeadSeal } from './aead';

/** Length of every key here, in bytes. */
export const KEY_BYTES = 32;

const VERSION = 1;

/** A new root key, or unseal key. */
export const generateRootKey = (): Buffer => randomBytes(KEY_BYTES);

/**
 * Key material sealed under another key: version (1 byte), nonce (12), ciphertext, tag (16).
 *
 * @param purpose what it is for (`keyring`, `root-key`): a blob sealed for one purpose does not open for another.
 */
export function wrapKeys(wrappingKey: Buffer, material: Buffer, purpose: string): Buffer {
  return aeadSeal(wrappingKey, Buffer.of(VERSION), material, associatedData(purpose));
}

/** Reverses `wrapKeys`. @throws {TidelockError} CORRUPT_RECORD, also when the wrapping key is another. */
export function unwrapKeys(wrappingKey: Buffer, wrapped: Buffer, purpose: string): Buffer {
  if (wrapped[0] !== VERSION || wrappingKey.length !== KEY_BYTES) throw new TidelockError('CORRUPT_RECORD');
  return aeadOpen(wrappingKey, 1, wrapped, associatedData(purpose));
}

const associatedData = (purpose: string): Buffer => Buffer.concat([Buffer.from(purpose), Buffer.of(VERSION)]);
