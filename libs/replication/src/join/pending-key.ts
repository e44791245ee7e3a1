import type { JWK } from 'jose';
import { badRequest } from '@tidelock/kernel';
import type { LocalReader, LocalWriter } from '@tidelock/store';
import { newRecipientKeyPair, recipientKeyIn } from '../keys/recipient-key';

/** Key pair of an activation that is to be encrypted to this cluster; behind the barrier. */
const KEY = 'replication/pending-activation-key';

/** Makes a key pair, in place of one made before. @returns its public half as the operator carries it to the primary. */
export async function newPendingKey(local: LocalWriter): Promise<string> {
  const { publicKey, privateKey } = await newRecipientKeyPair();
  local.put('record', { key: KEY, value: Buffer.from(JSON.stringify(privateKey)) });
  return Buffer.from(JSON.stringify(publicKey)).toString('base64url');
}

export async function pendingKey(local: LocalReader): Promise<JWK | undefined> {
  const row = await local.row('record', KEY);
  return row && (JSON.parse(row.value.toString('utf8')) as JWK);
}

/** After an activation: its token opens nothing more. A joiner's wipe does the same. */
export function dropPendingKey(local: LocalWriter): void {
  local.delete('record', KEY);
}

/** @throws {TidelockError} INVALID_REQUEST when the text is not what `newPendingKey` gives. */
export async function parsePublicKey(text: string): Promise<JWK> {
  try {
    return await recipientKeyIn(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw badRequest('secondary_public_key is not a key that secondary/generate-public-key gave; copy the whole value');
  }
}
