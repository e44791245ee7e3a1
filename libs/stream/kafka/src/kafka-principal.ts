import { X509Certificate } from 'node:crypto';
import type { BrokerSettings } from '@tidelock/stream';

/**
 * Kafka's name for who connects with these settings: the SASL user, else the client certificate's distinguished name as
 * brokers without mapping rules (`ssl.principal.mapping.rules`) read it, else none.
 */
export function principalOf({ sasl, tls }: Pick<BrokerSettings, 'sasl' | 'tls'>): string | undefined {
  if (sasl !== undefined) return `User:${sasl.username}`;
  if (tls?.cert !== undefined) return `User:${distinguishedName(new X509Certificate(tls.cert).subject)}`;
  return undefined;
}

/** RFC 2253: last attribute first, with commas. Node has a line for each, values escaped likewise. */
const distinguishedName = (subject: string): string => subject.split('\n').reverse().join(',');
