import { badRequest, type Clock, type ErrorCode, TidelockError } from '@tidelock/kernel';
import type { LocalReader, LocalWriter } from '@tidelock/store';
import type { JWK } from 'jose';
import { type ActivationBundle, isActivationBundle } from './bundle';
import { decryptWith, newRecipientKeyPair, recipientKeyIn } from '../keys/recipient-key';

/** What an activation goes through before anything of the joiner is wiped, in this order. */
export type ActivationStep = 'token' | 'address' | 'TLS' | 'cluster address' | 'broker' | 'topic';

export interface StepFailure {
  readonly code: ErrorCode;
  /** What went wrong; Vault's text where it has one. Never holds a secret. */
  readonly text: string;
  /** Where it was tried. */
  readonly tried: string;
  /** What the operator does next. */
  readonly next: string;
  readonly multi?: boolean;
  readonly cause?: unknown;
}

/** The answer to an activation that failed: which step, where it was tried, and what to do. */
export function stepFailed(step: ActivationStep, { code, text, tried, next, ...more }: StepFailure): TidelockError {
  return new TidelockError(code, {
    ...more,
    text: `${text}; activation stopped at step "${step}" (tried ${tried}), nothing was changed here: ${next}`,
  });
}

const jose = (): typeof import('jose') => require('jose');

/**
 * Reads the primary's address out of an activation token. The signature is the primary's to check, when it unwraps.
 *
 * @returns the claim `addr`, `""` when the primary did not know its own address.
 * @throws {TidelockError} INVALID_REQUEST when the text is no activation token.
 */
export function addressIn(token: string): string {
  const { decodeJwt, decodeProtectedHeader } = jose();
  try {
    const { typ } = decodeProtectedHeader(token);
    const { addr, type } = decodeJwt<{ addr?: unknown; type?: unknown }>(token);
    if ((typ === undefined || typ === 'JWT') && type === 'wrapping') return typeof addr === 'string' ? addr : '';
  } catch {
    // Falls through: the text is not a JWT at all.
  }
  throw badRequest(
    'error parsing secondary token: it is not a replication activation token; give the whole value of wrap_info.token',
  );
}

/** Addresses of brokers that an activation token names; what its signature is worth, the primary says. */
export function brokersIn(token: string): unknown {
  try {
    return jose().decodeJwt<{ brokers?: unknown }>(token).brokers;
  } catch {
    return undefined;
  }
}

/** A compact JWE has five parts, a JWT three. */
export const isEncryptedActivation = (token: string): boolean => token.split('.').length === 5;

/**
 * Opens an activation that the primary has encrypted to this cluster; no call to the primary's API is needed.
 *
 * @throws {TidelockError} INVALID_REQUEST for one that is meant for another key, was changed, or has expired.
 */
export async function openEncryptedActivation(
  token: string,
  { local, clock }: { readonly local: LocalReader; readonly clock: Clock },
): Promise<ActivationBundle> {
  const key = await pendingKey(local);
  if (key === undefined)
    throw unusable(
      'no public key is pending on this cluster: it was used, or never made. Call secondary/generate-public-key and ask the primary for a token with it',
    );
  const bundle = await decryptWith(key, token).catch(() => undefined);
  if (!isActivationBundle(bundle))
    throw unusable(
      'it does not open under the public key that is pending on this cluster: it was changed, or is meant for another key',
    );
  if (clock.now() > bundle.expires_at)
    throw unusable('it has expired: revoke the secondary id at the primary and ask for a new token');
  return bundle;
}

const unusable = (reason: string) => badRequest(`error parsing secondary token: ${reason}`);

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
