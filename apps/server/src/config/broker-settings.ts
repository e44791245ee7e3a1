import { readFileSync } from 'node:fs';
import { blocksOf, type HclObject } from '@tidelock/hcl';
import { parseDurationSeconds } from '@tidelock/kernel';
import type { BrokerSasl, BrokerSettings, BrokerTls } from '@tidelock/replication';
import { check } from './check';
import { ConfigError } from './config-error';
import { overridesFor } from './environment';
import { bodiesOf, placeOf, type Sources } from './sources';
import { BrokerSaslStanza, BrokerStanza, BrokerTlsStanza } from './stanzas';

const DEFAULT_PREFIX = 'tidelock';
const PREFIX = /^[a-zA-Z0-9._-]{1,100}$/;

/** The `broker "kafka"` block; `undefined` where no broker is named at all. */
export function brokerOf(sources: Sources): BrokerSettings | undefined {
  const { documents, env } = sources;
  const bodies = bodiesOf(documents, 'broker', 1);
  const overrides = overridesFor(env, 'broker');
  if (bodies.length === 0 && overrides['brokers'] === undefined) return undefined;
  const place = `${placeOf(documents)}: broker "kafka"`;
  const { value } = check(bodies, { place, stanza: BrokerStanza, blocks: ['tls', 'sasl'], overrides });
  if (!value.brokers?.length) throw new ConfigError(`${place}: "brokers" must be given: ["host:9092"]`);
  return { brokers: value.brokers, topicPrefix: prefixOf(value, place), ...topicOptions(value), ...accessOf(sources, bodies, place) };
}

function prefixOf({ topic_prefix: prefix = DEFAULT_PREFIX }: BrokerStanza, place: string): string {
  if (!PREFIX.test(prefix)) throw new ConfigError(`${place}: "topic_prefix" must be letters, digits, ".", "_" and "-"`);
  return prefix;
}

const topicOptions = ({ replication_factor: factor, retention }: BrokerStanza): Pick<BrokerSettings, 'replicationFactor' | 'retentionMs'> => ({
  ...(factor && { replicationFactor: factor }),
  ...(retention !== undefined && { retentionMs: parseDurationSeconds(retention) * 1000 }),
});

function accessOf(sources: Sources, bodies: readonly HclObject[], place: string): Pick<BrokerSettings, 'tls' | 'sasl'> {
  const tls = tlsOf(sources, bodies, place);
  const sasl = saslOf(sources, bodies, place);
  return { ...(tls && { tls }), ...(sasl && { sasl }) };
}

function tlsOf({ env }: Sources, bodies: readonly HclObject[], place: string): BrokerTls | undefined {
  const blocks = bodies.flatMap((body) => blocksOf(body, 'tls', 0).map((block) => block.body));
  const overrides = overridesFor(env, 'broker.tls');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const { value } = check(blocks, { place: `${place}: tls`, stanza: BrokerTlsStanza, overrides });
  const { ca_file, cert_file, key_file, server_name: serverName, insecure_skip_verify: insecure } = value;
  const [ca, cert, key] = [ca_file, cert_file, key_file].map((file) => file && pem(file));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(serverName && { serverName }), ...(insecure && { insecure }) };
}

function saslOf({ env }: Sources, bodies: readonly HclObject[], place: string): BrokerSasl | undefined {
  const blocks = bodies.flatMap((body) => blocksOf(body, 'sasl', 0).map((block) => block.body));
  const overrides = overridesFor(env, 'broker.sasl');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const { value } = check(blocks, { place: `${place}: sasl`, stanza: BrokerSaslStanza, overrides });
  const { mechanism, username, password } = value;
  if (!mechanism || !username || !password) throw new ConfigError(`${place}: sasl: "mechanism", "username" and "password" must be given`);
  return { mechanism, username, password };
}

function pem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}
