import type { Barrier } from '@tidelock/barrier';
import { isTidelockError, TidelockError } from '@tidelock/kernel';
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

export interface SetKeysParts {
  readonly barrier: Pick<Barrier, 'rootKey' | 'term'>;
  /** Whether the caller's certificate was made since the barrier has a data key of this term, and since the last revocation. */
  readonly isRenewed: (term: number) => boolean;
  readonly batchTokenKey: string | undefined;
}

/**
 * The new root key is for the member, and not for everybody who has an old copy of its database: only one of them can renew the certificate,
 * and the others are shut out by that.
 *
 * @throws {TidelockError} INVALID_REQUEST for what is no public key, PERMISSION_DENIED before the certificate is renewed.
 */
export async function answerSetKeys(
  { barrier, isRenewed, batchTokenKey }: SetKeysParts,
  sent: unknown,
): Promise<{ readonly jwe: string }> {
  const publicKey = await recipientKeyIn(new CallBody('a body of set-keys', sent).members['publicKey']);
  if (!isRenewed(barrier.term)) {
    throw new TidelockError('PERMISSION_DENIED', {
      text: "the certificate of this secondary is older than the set's keys, or than a revocation: it has to be renewed first",
    });
  }
  const keys: SetKeys = {
    rootKey: barrier.rootKey.toString('base64'),
    ...(batchTokenKey !== undefined && { batchTokenKey }),
  };
  return { jwe: await encryptTo(publicKey, keys) };
}

export interface SetKeysAsker {
  /** A call on the primary's cluster port. */
  readonly call: <T>(name: string, body: unknown) => Promise<T>;
  /** Gets this cluster another certificate. */
  readonly renew: () => Promise<void>;
}

/** @throws what the call throws; an Error for an answer that does not open. */
export async function askForSetKeys({ call, renew }: SetKeysAsker): Promise<SetKeys> {
  try {
    return await askOnce(call);
  } catch (error) {
    if (!isTidelockError(error, 'PERMISSION_DENIED')) throw error;
    await renew();
    return askOnce(call);
  }
}

async function askOnce(call: SetKeysAsker['call']): Promise<SetKeys> {
  const { publicKey, privateKey } = await newRecipientKeyPair();
  const question: SetKeysQuestion = { publicKey };
  const { jwe } = await call<{ readonly jwe: string }>('set-keys', question);
  return decryptWith<SetKeys>(privateKey, jwe);
}
