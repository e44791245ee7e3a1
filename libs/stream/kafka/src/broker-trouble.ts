import { reasonOf } from '@tidelock/kernel';
import type { BrokerSettings } from '@tidelock/stream';
import { principalOf } from './kafka-principal';

/** What kafkajs's errors have, in one place or another. */
interface KafkaError extends Error {
  readonly type?: string;
  readonly topic?: string;
  readonly errors?: readonly KafkaError[];
}

const NO_COORDINATOR = 'KafkaJSGroupCoordinatorNotFound';

/** Why the broker did not do as asked, for people: who was refused what. Never holds a password. */
export function brokerTrouble(error: unknown, settings: BrokerSettings): string {
  if (!isKafkaError(error)) return reasonOf(error);
  const root = rootOf(error);
  return refusal(root, settings) ?? root.message;
}

function refusal({ name, type = '', message, topic }: KafkaError, settings: BrokerSettings): string | undefined {
  const who = principalOf(settings) ?? 'a client without credentials';
  if (name === 'KafkaJSSASLAuthenticationError' || type.includes('SASL')) {
    return `the broker refused the credentials of ${who} (${settings.sasl?.mechanism.toUpperCase() ?? 'no SASL'}): ${message}`;
  }
  if (type.endsWith('_AUTHORIZATION_FAILED'))
    return `the broker does not allow ${who} this${topic ? `, at topic ${topic}` : ''}: ${message}`;
  if (name === NO_COORDINATOR)
    return `${message}: the broker is not ready, or does not allow ${who} to read under its group's name`;
  return undefined;
}

/** kafkajs wraps: retries given up, one error of several. */
function rootOf(error: KafkaError): KafkaError {
  const inner = error.errors?.[0] ?? error.cause;
  return isKafkaError(inner) ? rootOf(inner) : error;
}

const isKafkaError = (error: unknown): error is KafkaError =>
  error instanceof Error && error.name.startsWith('KafkaJS');
