import type { SecureVersion } from 'node:tls';
import type { ListenerSettings, TlsSettings } from '../http/public-listener';
import type { NodeSettings } from '../node/node-settings';
import { check } from './check';
import { ConfigError } from './config-error';
import { overridesFor, valueOf } from './environment';
import { bodiesOf, placeOf, type Sources } from './sources';
import { ListenerStanza, type TopLevel, WITHOUT_MEANING } from './stanzas';

const DEFAULT_ADDRESS = '127.0.0.1:8200';
const DEFAULT_LIMIT = 32 * 1024 * 1024;
const VERSIONS: Readonly<Record<string, SecureVersion>> = { tls10: 'TLSv1', tls11: 'TLSv1.1', tls12: 'TLSv1.2', tls13: 'TLSv1.3' };

interface HostPort {
  readonly host: string;
  readonly port: number;
}

type Addresses = Pick<NodeSettings, 'listeners' | 'maxRequestBytes' | 'apiAddr' | 'clusterAddr' | 'clusterListener'>;

/** Listeners, and the addresses that others are told. */
export function listenersOf(sources: Sources, top: TopLevel): Addresses {
  const { flags } = sources;
  const stanzas = stanzasOf(sources);
  const [first = new ListenerStanza()] = stanzas;
  const devAddress = flags.dev ? (flags.devListenAddress ?? valueOf(sources.env, 'TIDELOCK_DEV_LISTEN_ADDRESS')) : undefined;
  const listeners = stanzas.map((stanza, at) => listenerOf(at === 0 && devAddress ? { ...stanza, address: devAddress } : stanza, flags.dev));
  const [main] = listeners as [ListenerSettings];
  const clusterListener = hostPort(first.cluster_address ?? `${main.host}:${main.port + 1}`, 'cluster_address');
  return {
    listeners,
    clusterListener,
    maxRequestBytes: Math.max(...stanzas.map(({ max_request_size }) => max_request_size || DEFAULT_LIMIT)),
    apiAddr: top.api_addr ?? (flags.dev ? `http://${main.host}:${main.port}` : ''),
    clusterAddr: top.cluster_addr ?? `https://${clusterListener.host}:${clusterListener.port}`,
  };
}

function stanzasOf({ documents, env, note }: Sources): ListenerStanza[] {
  const bodies = bodiesOf(documents, 'listener', 1);
  const overrides = overridesFor(env, 'listener');
  const order = { place: `${placeOf(documents)}: listener`, stanza: ListenerStanza, withoutMeaning: WITHOUT_MEANING.listener };
  if (bodies.length === 0) return [check([], { ...order, overrides: { tls_disable: 'true', ...overrides } }).value];
  return bodies.map((body, at) => {
    const { value, ignored } = check([body], { ...order, overrides: at === 0 ? overrides : {} });
    note(ignored);
    return value;
  });
}

function listenerOf(stanza: ListenerStanza, development: boolean): ListenerSettings {
  const address = hostPort(stanza.address ?? DEFAULT_ADDRESS, 'address');
  const plain = stanza.tls_disable ?? (development && stanza.tls_cert_file === undefined);
  return plain ? address : { ...address, tls: tlsOf(stanza) };
}

function tlsOf(stanza: ListenerStanza): TlsSettings {
  const { tls_cert_file: certFile, tls_key_file: keyFile, tls_client_ca_file: clientCaFile, tls_min_version: version } = stanza;
  if (!certFile || !keyFile) throw new ConfigError('a listener needs "tls_cert_file" and "tls_key_file", or "tls_disable = true"');
  return {
    certFile,
    keyFile,
    requireClientCert: stanza.tls_require_and_verify_client_cert ?? false,
    ...(clientCaFile && { clientCaFile }),
    ...(version && { minVersion: VERSIONS[version] as SecureVersion }),
  };
}

function hostPort(address: string, key: string): HostPort {
  const match = /^(?:tcp:\/\/)?(\[[^\]]+\]|[^:]*):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new ConfigError(`listener: "${key}" must be host:port, not "${address}"`);
  return { host: (match[1] || '0.0.0.0').replace(/^\[|\]$/g, ''), port };
}
