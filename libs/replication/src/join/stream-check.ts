import { reasonOf } from '@tidelock/kernel';
import { type BrokerSettings, readerGroup, streamTopic } from '@tidelock/stream';
import type { ReplicationParts } from '../membership/settings';
import { stepFailed } from './activation-step';
import type { ActivationBundle, BootstrapSecrets } from './bundle';

type Parts = Pick<ReplicationParts, 'probe' | 'settings'>;

/** @throws {TidelockError} BROKER_UNREACHABLE. */
export async function requireBroker({ probe, settings }: Parts, broker: BrokerSettings): Promise<void> {
  await probe.reach(broker).catch((error: unknown) => {
    const whose =
      settings.broker === undefined
        ? 'the activation names it: add a broker "kafka" stanza with addresses that work from here'
        : 'check the broker "kafka" stanza of this cluster';
    throw stepFailed('broker', {
      code: 'BROKER_UNREACHABLE',
      text: `the broker cannot be reached: ${reasonOf(error)}`,
      tried: broker.brokers.join(', '),
      next: `${whose}, and the network`,
      cause: error,
    });
  });
}

/**
 * Whether this cluster could follow the set's stream.
 *
 * @throws {TidelockError} BROKER_UNREACHABLE naming the step `broker` or `topic`.
 */
export async function requireStream(parts: Parts, bundle: ActivationBundle, secrets: BootstrapSecrets): Promise<void> {
  const broker = parts.settings.broker ?? secrets.broker;
  await requireBroker(parts, broker);
  // The topic is the primary's, also where this cluster reaches the broker by addresses of its own.
  const topic = streamTopic(secrets.broker, bundle.set_id);
  const group = readerGroup(secrets.broker, bundle.set_id, bundle.secondary_id);
  await parts.probe.read(broker, topic, group).catch((error: unknown) => {
    throw stepFailed('topic', {
      code: 'BROKER_UNREACHABLE',
      text: `the topic ${topic} cannot be read: ${reasonOf(error)}`,
      tried: broker.brokers.join(', '),
      cause: error,
      next:
        'check that this is the broker (or a mirror of it) that the primary publishes to, and that this cluster may read there; ' +
        `then revoke "${bundle.secondary_id}" at the primary and make a new token`,
    });
  });
}
