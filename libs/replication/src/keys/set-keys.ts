import type { Barrier } from '@tidelock/barrier';
import type { JWK } from 'jose';
import { CallBody } from '../cluster-port/call-body';
import { decryptWith, encryptTo, newRecipientKeyPair, recipientKeyIn } from './recipient-key';

/** What a member of the set holds in memory, and no store of the set in the clear. */
export interface SetKeys {
  /** base64 */
  readonly rootKey: string;
  /** base64; only for a member that is believed everything (level `all`): with it batch tokens can be made. */
  readonly batchTokenKey?: string;
}

/** Cluster call `set-keys`: asked by a secondary that meets a keyring, or a generation of the batch tokens' key, that it has no key for. */
export interface SetKeysQuestion {
  /** JWK of a key made for this one call: what is answered can be opened by nobody later, whatever they copy. */
  readonly publicKey: JWK;
}

/** @throws {TidelockError} INVALID_REQUEST for what is no public key. */
export async function answerSetKeys({ barrier }: { readonly barrier: Pick<Barrier, 'rootKey'> }, sent: unknown, batchTokenKey?: string): Promise<{ readonly jwe: string }> {
  const publicKey = await recipientKeyIn(new CallBody('a body of set-keys', sent).members['publicKey']);
  const keys: SetKeys = { rootKey: barrier.rootKey.toString('base64'), ...(batchTokenKey !== undefined && { batchTokenKey }) };
  return { jwe: await encryptTo(publicKey, keys) };
}

/** @throws what the call throws; an Error for an answer that does not open. */
export async function askForSetKeys(call: <T>(name: string, body: unknown) => Promise<T>): Promise<SetKeys> {
  const { publicKey, privateKey } = await newRecipientKeyPair();
  const question: SetKeysQuestion = { publicKey };
  const { jwe } = await call<{ readonly jwe: string }>('set-keys', question);
  return decryptWith<SetKeys>(privateKey, jwe);
}
