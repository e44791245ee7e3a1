import type { BrokerSettings } from '@tidelock/stream';
import type { Credentials } from './role-store';
import type { ReplicationSettings } from '../ports/settings';

/**
 * The broker of the set as this cluster reaches it: by its own configuration, else as its activation told. Topics are the set's, also
 * where this cluster has another prefix configured.
 */
export function setBroker(
  { broker }: Pick<ReplicationSettings, 'broker'>,
  credentials: Pick<Credentials, 'broker'>,
): BrokerSettings | undefined {
  const reached = broker ?? credentials.broker;
  return reached && { ...reached, topicPrefix: credentials.broker?.topicPrefix ?? reached.topicPrefix };
}
