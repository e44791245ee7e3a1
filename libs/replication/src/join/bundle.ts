import type { JWK } from 'jose';
import type { BrokerSettings, EpochStart } from '@tidelock/stream';
import type { JoinersBroker } from '../access/carried-broker';
import { CallBody } from '../cluster-port/call-body';
import type { KeyPairPem } from '../cluster-port/certificates';
import { recipientKeyIn } from '../keys/recipient-key';

/** What an activation token unwraps to: admission to the primary's cluster port, and nothing else. */
export interface ActivationBundle {
  readonly set_id: string;
  readonly secondary_id: string;
  readonly client_certificate: string;
  readonly client_private_key: string;
  readonly ca_certificate: string;
  readonly primary_cluster_addrs: readonly string[];
  readonly primary_api_addr: string;
  /** Addresses of the set's brokers; absent from a primary of an earlier version. The way there and its credentials come with `bootstrap`. */
  readonly brokers?: readonly string[];
  /** When it can no longer be used to join, ms since the Unix epoch. */
  readonly expires_at: number;
}

/** A joiner's question on the cluster port. */
export interface BootstrapQuestion {
  /** JWK of the key that the answer is encrypted to; made for this one call. */
  readonly publicKey: JWK;
  /** JWK of the key that the joiner registers: keys of its stream are encrypted to it from now on. */
  readonly rotationKey: JWK;
  /** Public key that the joiner signs with as a member of the set, base64, and its signature over the registration. */
  readonly signingKey: string;
  readonly signingProof: string;
  readonly development: boolean;
  /** Present when the joiner has a broker stanza of its own. */
  readonly broker?: JoinersBroker;
}

/** The joiner's share of the set's secrets; travels as a JWE inside mutual TLS. */
export interface BootstrapSecrets {
  readonly epoch: number;
  /** Public key of the reign in this epoch, base64. */
  readonly reignKey: string;
  /** Where each epoch of the set began. */
  readonly epochs: readonly EpochStart[];
  /** base64 */
  readonly rootKey: string;
  /** The record of the keyring, base64. */
  readonly keyring: string;
  /** The record of the set's shares, base64. What is behind a cluster's own seal travels to nobody. */
  readonly sealConfig: string;
  /** Name of the stream that the joiner is to follow, and its keys. */
  readonly stream: string;
  readonly streamKeys: readonly string[];
  readonly broker: BrokerSettings;
  /** The primary's initial root token, where both sides are in development mode. */
  readonly developmentRootToken?: string;
}

export const identityOf = (bundle: ActivationBundle): KeyPairPem => ({
  certificate: bundle.client_certificate,
  privateKey: bundle.client_private_key,
});

const TEXTS = ['set_id', 'secondary_id', 'client_certificate', 'client_private_key', 'ca_certificate'] as const;

export function isActivationBundle(value: unknown): value is ActivationBundle {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return (
    TEXTS.every((name) => typeof members[name] === 'string') &&
    typeof members['expires_at'] === 'number' &&
    Array.isArray(members['primary_cluster_addrs'])
  );
}

/** What a joiner sent, and nothing besides. @throws {TidelockError} INVALID_REQUEST when it is no question of a joiner. */
export async function bootstrapQuestionIn(sent: unknown): Promise<BootstrapQuestion> {
  const body = new CallBody('a body of bootstrap', sent);
  const broker = body.has('broker') ? body.body('broker') : undefined;
  return {
    publicKey: await recipientKeyIn(body.members['publicKey']),
    rotationKey: await recipientKeyIn(body.members['rotationKey']),
    signingKey: body.text('signingKey'),
    signingProof: body.text('signingProof'),
    development: body.flag('development'),
    ...(broker && { broker: broker.has('principal') ? { principal: broker.text('principal') } : {} }),
  };
}
