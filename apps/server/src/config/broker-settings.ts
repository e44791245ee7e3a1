import { readFileSync } from 'node:fs';
import { parseDurationSeconds } from '@tidelock/kernel';
import type { BrokerSasl, BrokerSettings, BrokerTls } from '@tidelock/replication';
import { check } from './check';
import { ConfigError } from './config-error';
import { overridesFor } from './environment';
import { blocksIn, type PlacedBlock, placeOf, rootsOf, type Sources } from './sources';
import { BrokerSaslStanza, BrokerStanza, BrokerTlsStanza } from './stanzas';

const NAME = 'broker "kafka"';
const DEFAULT_PREFIX = 'tidelock';
const PREFIX = /^[a-zA-Z0-9._-]{1,100}$/;

/** The `broker "kafka"` block; `undefined` where no broker is named at all. */
export function brokerOf(sources: Sources): BrokerSettings | undefined {
  const { documents, env } = sources;
  const bodies = blocksIn(rootsOf(documents), 'broker', 1);
  refuseOtherBrokers(bodies);
  const overrides = overridesFor(env, 'broker');
  if (bodies.length === 0 && overrides['brokers'] === undefined) return undefined;
  const place = placeOf(bodies, NAME);
  const { value } = check(bodies, { name: NAME, stanza: BrokerStanza, blocks: ['tls', 'sasl'], overrides });
  if (!value.brokers?.length) throw new ConfigError(`${place}: "brokers" must be given: ["host:9092"]`);
  return { brokers: value.brokers, topicPrefix: prefixOf(value, place), ...topicOptions(value), ...accessOf(sources, bodies, place) };
}

function refuseOtherBrokers(bodies: readonly PlacedBlock[]): void {
  const other = bodies.find(({ labels }) => labels[0] !== 'kafka');
  if (other !== undefined) throw new ConfigError(`${placeOf([other], `broker "${other.labels[0]}"`)}: this broker is not known; there is "kafka"`);
}

function prefixOf({ topic_prefix: prefix = DEFAULT_PREFIX }: BrokerStanza, place: string): string {
  if (!PREFIX.test(prefix)) throw new ConfigError(`${place}: "topic_prefix" must be letters, digits, ".", "_" and "-"`);
  return prefix;
}

const topicOptions = ({ replication_factor: factor, retention }: BrokerStanza): Pick<BrokerSettings, 'replicationFactor' | 'retentionMs'> => ({
  ...(factor && { replicationFactor: factor }),
  ...(retention !== undefined && { retentionMs: parseDurationSeconds(retention) * 1000 }),
});

function accessOf(sources: Sources, bodies: readonly PlacedBlock[], place: string): Pick<BrokerSettings, 'tls' | 'sasl'> {
  const tls = tlsOf(sources, bodies, place);
  const sasl = saslOf(sources, bodies, place);
  return { ...(tls && { tls }), ...(sasl && { sasl }) };
}

function tlsOf({ env }: Sources, bodies: readonly PlacedBlock[], place: string): BrokerTls | undefined {
  const blocks = blocksIn(bodies, 'tls', 0);
  const overrides = overridesFor(env, 'broker.tls');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const { value } = check(blocks, { name: `${NAME}: tls`, stanza: BrokerTlsStanza, overrides });
  const { ca_file, cert_file, key_file, server_name: serverName, insecure_skip_verify: insecure } = value;
  const [ca, cert, key] = [pemOf(ca_file, 'ca_file', place), pemOf(cert_file, 'cert_file', place), pemOf(key_file, 'key_file', place)];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(serverName && { serverName }), ...(insecure && { insecure }) };
}

function saslOf({ env }: Sources, bodies: readonly PlacedBlock[], place: string): BrokerSasl | undefined {
  const blocks = blocksIn(bodies, 'sasl', 0);
  const overrides = overridesFor(env, 'broker.sasl');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const { value } = check(blocks, { name: `${NAME}: sasl`, stanza: BrokerSaslStanza, overrides });
  const { mechanism, username, password } = value;
  if (!mechanism || !username || !password) throw new ConfigError(`${place}: sasl: "mechanism", "username" and "password" must be given`);
  return { mechanism, username, password };
}

function pemOf(file: string | undefined, key: string, place: string): string | undefined {
  try {
    return file && readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${place}: tls: "${key}" must be a readable file: ${(error as Error).message}`);
  }
}
