import type { JWK } from 'jose';
import { TidelockError } from '@tidelock/kernel';
import { encryptTo } from './recipient-key';

/** A stream with the keys that its messages are sealed with, oldest first. */
export interface StreamKeys {
  /** `full`, or the id of a filter. */
  readonly name: string;
  readonly keys: readonly string[];
  /** The primary's, with its public key, base64. */
  readonly reign: { readonly epoch: number; readonly key: string };
}

/** Answer to the cluster call `stream-keys`: which stream the secondary follows, and its `StreamKeys` as a JWE. */
export interface StreamKeysAnswer {
  readonly name: string;
  readonly jwe: string;
}

/** @param publicKey the one that the secondary registered when it was activated. */
export async function answerStreamKeys(stream: StreamKeys, publicKey: JWK | undefined): Promise<StreamKeysAnswer> {
  if (publicKey === undefined)
    throw new TidelockError('PERMISSION_DENIED', { text: 'this secondary has not been activated' });
  return { name: stream.name, jwe: await encryptTo(publicKey, stream) };
}
