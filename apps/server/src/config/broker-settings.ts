import { parseDurationSeconds } from '@tidelock/kernel';
import type { BrokerSettings } from '@tidelock/stream';
import { brokerAccessOf } from './broker-access';
import { check } from './check';
import { ConfigError } from './config-error';
import { overridesFor } from './environment';
import { type PlacedBlock, placeOf, rootsOf, singleBlocksIn, type Sources } from './sources';
import { BrokerStanza } from './stanzas';

const NAME = 'broker "kafka"';
const DEFAULT_PREFIX = 'tidelock';
const PREFIX = /^[a-zA-Z0-9._-]{1,100}$/;

/** The `broker "kafka"` block; `undefined` where no broker is named at all. */
export function brokerOf(sources: Sources): BrokerSettings | undefined {
  const { documents, env } = sources;
  const bodies = singleBlocksIn(rootsOf(documents), 1, 'broker');
  refuseOtherBrokers(bodies);
  const overrides = overridesFor(env, 'broker');
  if (bodies.length === 0 && overrides['brokers'] === undefined) return undefined;
  const place = placeOf(bodies, NAME);
  const { value } = check(bodies, {
    name: NAME,
    stanza: BrokerStanza,
    blocks: ['tls', 'sasl', 'secondary'],
    overrides,
  });
  if (!value.brokers?.length) throw new ConfigError(`${place}: "brokers" must be given: ["host:9092"]`);
  return {
    brokers: value.brokers,
    topicPrefix: prefixOf(value, place),
    ...topicOptions(value),
    ...brokerAccessOf(sources, bodies, NAME),
  };
}

function refuseOtherBrokers(bodies: readonly PlacedBlock[]): void {
  const other = bodies.find(({ labels }) => labels[0] !== 'kafka');
  if (other !== undefined)
    throw new ConfigError(
      `${placeOf([other], `broker "${other.labels[0]}"`)}: this broker is not known; there is "kafka"`,
    );
}

function prefixOf({ topic_prefix: prefix = DEFAULT_PREFIX }: BrokerStanza, place: string): string {
  if (!PREFIX.test(prefix)) throw new ConfigError(`${place}: "topic_prefix" must be letters, digits, ".", "_" and "-"`);
  return prefix;
}

const topicOptions = ({
  replication_factor: factor,
  retention,
}: BrokerStanza): Pick<BrokerSettings, 'replicationFactor' | 'retentionMs'> => ({
  ...(factor && { replicationFactor: factor }),
  ...(retention !== undefined && { retentionMs: parseDurationSeconds(retention) * 1000 }),
});
