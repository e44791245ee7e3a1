import { badRequest } from '@tidelock/kernel';
import type { BrokerSettings } from '@tidelock/stream';

/** What a joiner says of its own way to the broker; absent = it has none and uses what the activation carries. */
export interface JoinersBroker {
  /** Its name there; absent = it needs none. */
  readonly principal?: string;
}

/** Whether the brokers are told who comes. */
export const hasCredentials = ({ sasl, tls }: BrokerSettings): boolean => sasl !== undefined || tls?.key !== undefined;

/**
 * The broker as an activation carries it: the way there and how to trust it, never this cluster's own password or key. Credentials are those
 * set apart for secondaries, and only for one that has none.
 *
 * @throws {TidelockError} INVALID_REQUEST when there are none for one that needs them.
 */
export function carriedBroker(broker: BrokerSettings, joiner: JoinersBroker | undefined): BrokerSettings {
  const { sasl: _own, secondary, tls, ...rest } = broker;
  if (joiner === undefined && hasCredentials(broker) && secondary === undefined) {
    throw badRequest(
      'the brokers want credentials: give this cluster a broker stanza with its own, or the primary a broker { secondary { sasl } } block for its secondaries',
    );
  }
  const { cert: _cert, key: _key, ...trust } = tls ?? {};
  return { ...rest, ...(tls && { tls: trust }), ...(joiner === undefined && secondary && { sasl: secondary.sasl }) };
}

/** Under which name the broker will see the joiner. @throws {TidelockError} INVALID_REQUEST for a name that stands for more than one user. */
export function joinersPrincipal(
  joiner: JoinersBroker | undefined,
  ofSecondaries: string | undefined,
): string | undefined {
  if (joiner === undefined) return ofSecondaries;
  const { principal } = joiner;
  if (principal === undefined) return undefined;
  if (typeof principal !== 'string' || !PRINCIPAL.test(principal) || principal === 'User:*')
    throw badRequest(`"${String(principal).slice(0, 100)}" is no name of one Kafka user`);
  return principal;
}

const PRINCIPAL = /^User:[^\p{Cc}]{1,1000}$/u;
