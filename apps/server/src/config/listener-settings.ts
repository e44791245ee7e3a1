import type { TokenDemand } from '@tidelock/engine-api';
import { parseDurationSeconds } from '@tidelock/kernel';
import type { ListenerSettings } from '../http/public-listener';
import type { ResponseHeaders } from '../http/response-headers';
import type { NodeSettings } from '../node/node-settings';
import { type HostPort, hostPort, isEverywhere, isLoopback, refuseSameAddress, textOf, urlOf } from './addresses';
import { check } from './check';
import { ConfigError } from './config-error';
import { type Overrides, overridesFor, valueOf } from './environment';
import { FOREIGN_KEYS } from './foreign-keys';
import { tlsOf } from './listener-tls';
import { responseHeadersOf, withHostName } from './response-headers';
import { blocksIn, type PlacedBlock, placeOf, rootsOf, singleBlocksIn, type Sources } from './sources';
import { ListenerStanza, ListenerTelemetryStanza, type TelemetryStanza, type TopLevel } from './stanzas';

const NAME = 'listener "tcp"';
const ORDER = {
  name: NAME,
  stanza: ListenerStanza,
  foreign: FOREIGN_KEYS.listener,
  blocks: ['telemetry', 'custom_response_headers'],
};
const DEFAULT_ADDRESS = '127.0.0.1:8200';

type Addresses = Pick<NodeSettings, 'listeners' | 'apiAddr' | 'clusterAddr' | 'clusterListener'>;

interface PlacedStanza {
  readonly place: string;
  readonly stanza: ListenerStanza;
  readonly openMetrics?: boolean;
  readonly responseHeaders?: ResponseHeaders | undefined;
}

/** Listeners, and the addresses that others are told. */
export function listenersOf(sources: Sources, top: TopLevel, telemetry: TelemetryStanza): Addresses {
  const { flags, env } = sources;
  const [first, ...more] = stanzasOf(sources) as [PlacedStanza, ...PlacedStanza[]];
  const devAddress = flags.dev ? (flags.devListenAddress ?? valueOf(env, 'TIDELOCK_DEV_LISTEN_ADDRESS')) : undefined;
  const stanzas = [devAddress ? { ...first, stanza: { ...first.stanza, address: devAddress } } : first, ...more];
  const listeners = stanzas.map((placed) => ({ ...listenerOf(placed, flags.dev), ...termsOf(placed, top, telemetry) }));
  const [main] = listeners as [ListenerSettings];
  const clusterListener = clusterListenerOf(first, main);
  const api = stanzas.map(({ place }, at) => ({ what: `${place}: "address"`, at: listeners[at] as HostPort }));
  refuseSameAddress([...api, { what: `${first.place}: "cluster_address"`, at: clusterListener }]);
  const apiAddr = top.api_addr ?? (flags.dev ? urlOf('http', main) : '');
  const clusterAddr = (top.cluster_addr ?? urlOf('https', clusterListener)).replace(/^http:/, 'https:');
  warnAbout(sources, listeners, { api_addr: apiAddr, cluster_addr: clusterAddr });
  return { listeners, clusterListener, apiAddr, clusterAddr };
}

/** What is said for all listeners counts for each. */
function termsOf(
  placed: PlacedStanza,
  top: TopLevel,
  telemetry: TelemetryStanza,
): Pick<ListenerSettings, 'openMetrics' | 'responseHeaders'> {
  const responseHeaders = top.enable_response_header_hostname
    ? withHostName(placed.responseHeaders)
    : placed.responseHeaders;
  return {
    ...((telemetry.unauthenticated_metrics_access || placed.openMetrics) && { openMetrics: true }),
    ...(responseHeaders && { responseHeaders }),
  };
}

/** What works, and is seldom meant. */
function warnAbout(
  { warn }: Sources,
  listeners: readonly ListenerSettings[],
  told: Readonly<Record<string, string>>,
): void {
  for (const listener of listeners.filter(({ tls, host }) => tls === undefined && !isLoopback(host))) {
    warn(
      'the API is served in plain HTTP: whoever is on the network reads tokens and secrets; give the listener tls_cert_file and tls_key_file',
      { address: textOf(listener) },
    );
  }
  for (const [key, address] of Object.entries(told)) {
    if (address !== '' && isEverywhere(address))
      warn('others are told an address that nobody can connect to: give the one that reaches this server from there', {
        key,
        address,
      });
  }
}

function stanzasOf({ documents, env, note }: Sources): PlacedStanza[] {
  const blocks = blocksIn(rootsOf(documents), 'listener', 1);
  const overrides = overridesFor(env, 'listener');
  if (blocks.length === 0) return [withoutBlock(overrides)];
  return blocks.map((block, at) => {
    const place = placeOf([block], NAME);
    if (block.labels[0] !== 'tcp')
      throw new ConfigError(
        `${placeOf([block], `listener "${block.labels[0]}"`)}: this listener is not known; there is "tcp"`,
      );
    const { value, ignored } = check([block], { ...ORDER, overrides: at === 0 ? overrides : {} });
    note(ignored);
    return { place, stanza: value, openMetrics: opensMetrics(block), responseHeaders: responseHeadersOf(block, NAME) };
  });
}

function opensMetrics(listener: PlacedBlock): boolean {
  const { value } = check(singleBlocksIn([listener], 0, 'telemetry'), {
    name: `${NAME}: telemetry`,
    stanza: ListenerTelemetryStanza,
  });
  return value.unauthenticated_metrics_access ?? false;
}

const withoutBlock = (overrides: Overrides): PlacedStanza => ({
  place: NAME,
  stanza: check([], { ...ORDER, overrides }).value,
});

function listenerOf({ place, stanza }: PlacedStanza, development: boolean): ListenerSettings {
  const address = hostPort(stanza.address ?? DEFAULT_ADDRESS, 'address', place);
  const plain = stanza.tls_disable ?? (development && stanza.tls_cert_file === undefined);
  const tokenDemands = tokenDemandsOf(stanza);
  return {
    ...address,
    ...(!plain && { tls: tlsOf(stanza, place) }),
    ...(tokenDemands.length > 0 && { tokenDemands }),
    ...(stanza.require_request_header && { requireRequestHeader: true }),
    ...(stanza.max_request_size && { maxRequestBytes: stanza.max_request_size }),
    ...timeLimitsOf(stanza),
  };
}

function timeLimitsOf(stanza: ListenerStanza): Pick<ListenerSettings, 'timeLimits'> {
  const {
    http_read_header_timeout: header,
    http_read_timeout: request,
    http_idle_timeout: idle,
    http_write_timeout: write,
  } = stanza;
  const set = Object.entries({ header, request, idle, write }).filter(([, duration]) => duration !== undefined);
  return set.length === 0
    ? {}
    : { timeLimits: Object.fromEntries(set.map(([name, duration]) => [name, parseDurationSeconds(duration) * 1000])) };
}

const tokenDemandsOf = (stanza: ListenerStanza): TokenDemand[] => [
  ...(stanza.disable_unauthed_generate_root_endpoints ? ['generate-root' as const] : []),
  ...(stanza.disable_unauthed_rekey_endpoints ? ['rekey' as const] : []),
];

/** By default the port after the API's; any free one where the API takes any. */
function clusterListenerOf({ place, stanza }: PlacedStanza, { host, port }: ListenerSettings): HostPort {
  const { cluster_address: address } = stanza;
  return address === undefined
    ? { host, port: port === 0 ? 0 : port + 1 }
    : hostPort(address, 'cluster_address', place);
}
