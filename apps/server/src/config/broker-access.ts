import { given, reasonOf } from '@tidelock/kernel';
import type { BrokerSasl, BrokerSettings, BrokerTls } from '@tidelock/stream';
import { isKeyOf, readPem } from '../tls/pem-file';
import { check } from './check';
import { ConfigError } from './config-error';
import { type EnvironmentEntry, overridesFor } from './environment';
import { type PlacedBlock, placeOf, singleBlocksIn, type Sources } from './sources';
import { BrokerSaslStanza, BrokerTlsStanza } from './stanzas';

type PemKey = 'ca_file' | 'cert_file' | 'key_file';

/** How this cluster proves itself to the brokers, and they to it: `tls`, `sasl` and `secondary` in a broker's block. */
export function brokerAccessOf(
  sources: Sources,
  bodies: readonly PlacedBlock[],
  name: string,
): Pick<BrokerSettings, 'tls' | 'sasl' | 'secondary'> {
  return given({
    tls: tlsOf(sources, bodies, name),
    sasl: saslOf(sources, bodies, name, 'broker.sasl'),
    secondary: secondaryOf(sources, bodies, name),
  });
}

function tlsOf({ env }: Sources, bodies: readonly PlacedBlock[], broker: string): BrokerTls | undefined {
  const blocks = singleBlocksIn(bodies, 0, 'tls');
  const overrides = overridesFor(env, 'broker.tls');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const name = `${broker}: tls`;
  const { value } = check(blocks, { name, stanza: BrokerTlsStanza, overrides });
  const place = placeOf(blocks, name);
  const ca = pemOf(value, 'ca_file', place);
  const cert = pemOf(value, 'cert_file', place);
  const key = pemOf(value, 'key_file', place);
  refuseHalfPair(cert, key, place);
  refuseForeignKey(
    cert,
    key,
    `${place}: "key_file" must be the private key of "cert_file", and ${value.key_file} is another's`,
  );
  const { server_name: serverName, insecure_skip_verify: insecure } = value;
  return given({ ca, cert, key, serverName: serverName || undefined, insecure: insecure || undefined });
}

function refuseHalfPair(cert: string | undefined, key: string | undefined, place: string): void {
  if ((cert === undefined) !== (key === undefined))
    throw new ConfigError(`${place}: "cert_file" and "key_file" must be given together`);
}

function refuseForeignKey(cert: string | undefined, key: string | undefined, complaint: string): void {
  if (cert && key && !isKeyOf(cert, key)) throw new ConfigError(complaint);
}

/** @throws {ConfigError} naming the key and its file. */
function pemOf(stanza: BrokerTlsStanza, key: PemKey, place: string): string | undefined {
  const file = stanza[key];
  if (!file) return undefined;
  try {
    return readPem(file, key === 'key_file' ? 'private key' : 'certificates');
  } catch (error) {
    throw new ConfigError(`${place}: "${key}" ${reasonOf(error)}`);
  }
}

function saslOf(
  { env }: Sources,
  bodies: readonly PlacedBlock[],
  owner: string,
  block: EnvironmentEntry['block'],
): BrokerSasl | undefined {
  const blocks = singleBlocksIn(bodies, 0, 'sasl');
  const overrides = overridesFor(env, block);
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const name = `${owner}: sasl`;
  const { mechanism, username, password } = check(blocks, { name, stanza: BrokerSaslStanza, overrides }).value;
  if (!mechanism || !username || !password)
    throw new ConfigError(`${placeOf(blocks, name)}: "mechanism", "username" and "password" must be given`);
  return { mechanism, username, password };
}

/** `secondary { sasl { } }`: nothing else of a primary's access is anybody's but its own. */
function secondaryOf(sources: Sources, bodies: readonly PlacedBlock[], broker: string): BrokerSettings['secondary'] {
  const blocks = singleBlocksIn(bodies, 0, 'secondary');
  const name = `${broker}: secondary`;
  const other = blocks.flatMap(({ body }) => body.items).find(({ keys }) => keys[0] !== 'sasl');
  if (other !== undefined)
    throw new ConfigError(`${placeOf(blocks, name)}: unknown key "${other.keys[0]}"; known are sasl`);
  const sasl = saslOf(sources, blocks, name, 'broker.secondary.sasl');
  return sasl && { sasl };
}
