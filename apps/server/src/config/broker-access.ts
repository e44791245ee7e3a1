import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BrokerSasl, BrokerSettings, BrokerTls } from '@tidelock/replication';
import { check } from './check';
import { ConfigError } from './config-error';
import { type EnvironmentEntry, overridesFor } from './environment';
import { blocksIn, type PlacedBlock, placeOf, type Sources } from './sources';
import { BrokerSaslStanza, BrokerTlsStanza } from './stanzas';

type PemKey = 'ca_file' | 'cert_file' | 'key_file';

/** How this cluster proves itself to the brokers, and they to it: `tls`, `sasl` and `secondary` in a broker's block. */
export function brokerAccessOf(sources: Sources, bodies: readonly PlacedBlock[], name: string): Pick<BrokerSettings, 'tls' | 'sasl' | 'secondary'> {
  const tls = tlsOf(sources, bodies, name);
  const sasl = saslOf(sources, bodies, name, 'broker.sasl');
  const secondary = secondaryOf(sources, bodies, name);
  return { ...(tls && { tls }), ...(sasl && { sasl }), ...(secondary && { secondary }) };
}

function tlsOf({ env }: Sources, bodies: readonly PlacedBlock[], broker: string): BrokerTls | undefined {
  const blocks = blocksIn(bodies, 'tls', 0);
  const overrides = overridesFor(env, 'broker.tls');
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const name = `${broker}: tls`;
  const { value } = check(blocks, { name, stanza: BrokerTlsStanza, overrides });
  const place = placeOf(blocks, name);
  const ca = pemOf(value, 'ca_file', place, certificatesIn);
  const cert = pemOf(value, 'cert_file', place, certificatesIn);
  const key = pemOf(value, 'key_file', place, privateKeyIn);
  refuseHalfPair(cert, key, place);
  refuseForeignKey(cert, key, `${place}: "key_file" must be the private key of "cert_file", and ${value.key_file} is another's`);
  const { server_name: serverName, insecure_skip_verify: insecure } = value;
  return present({ ca, cert, key, serverName: serverName || undefined, insecure: insecure || undefined });
}

/** Without the members that are not there. */
const present = (tls: { [K in keyof BrokerTls]: BrokerTls[K] | undefined }): BrokerTls =>
  Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));

function refuseHalfPair(cert: string | undefined, key: string | undefined, place: string): void {
  if ((cert === undefined) !== (key === undefined)) throw new ConfigError(`${place}: "cert_file" and "key_file" must be given together`);
}

function refuseForeignKey(cert: string | undefined, key: string | undefined, complaint: string): void {
  if (cert && key && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new ConfigError(complaint);
}

/** @throws {ConfigError} naming the key and its file. */
function pemOf(stanza: BrokerTlsStanza, key: PemKey, place: string, parse: (pem: string) => unknown): string | undefined {
  const file = stanza[key];
  if (!file) return undefined;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${place}: "${key}" must be a readable file: ${(error as Error).message}`);
  }
  try {
    parse(pem);
    return pem;
  } catch {
    // What OpenSSL says of it is for people who know OpenSSL.
    const wanted = key === 'key_file' ? 'an unencrypted private key' : 'certificates';
    throw new ConfigError(`${place}: "${key}" must hold ${wanted} in PEM form, and ${file} does not`);
  }
}

function certificatesIn(pem: string): X509Certificate[] {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (texts.length === 0) throw new Error('no certificate');
  return texts.map((text) => new X509Certificate(text));
}

const privateKeyIn = (pem: string): KeyObject => createPrivateKey(pem);

function saslOf({ env }: Sources, bodies: readonly PlacedBlock[], owner: string, block: EnvironmentEntry['block']): BrokerSasl | undefined {
  const blocks = blocksIn(bodies, 'sasl', 0);
  const overrides = overridesFor(env, block);
  if (blocks.length === 0 && Object.keys(overrides).length === 0) return undefined;
  const name = `${owner}: sasl`;
  const { mechanism, username, password } = check(blocks, { name, stanza: BrokerSaslStanza, overrides }).value;
  if (!mechanism || !username || !password) throw new ConfigError(`${placeOf(blocks, name)}: "mechanism", "username" and "password" must be given`);
  return { mechanism, username, password };
}

/** `secondary { sasl { } }`: nothing else of a primary's access is anybody's but its own. */
function secondaryOf(sources: Sources, bodies: readonly PlacedBlock[], broker: string): BrokerSettings['secondary'] {
  const blocks = blocksIn(bodies, 'secondary', 0);
  const name = `${broker}: secondary`;
  const other = blocks.flatMap(({ body }) => body.items).find(({ keys }) => keys[0] !== 'sasl');
  if (other !== undefined) throw new ConfigError(`${placeOf(blocks, name)}: unknown key "${other.keys[0]}"; known are sasl`);
  const sasl = saslOf(sources, blocks, name, 'broker.secondary.sasl');
  return sasl && { sasl };
}
