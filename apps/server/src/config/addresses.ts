import { isIP } from 'node:net';
import { ConfigError } from './config-error';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port` of a listener; an absent host is every address. @throws {ConfigError} naming the key. */
export function hostPort(address: string, key: string, place: string): HostPort {
  const match = /^(?:tcp:\/\/)?(\[[^\]]+\]|[^:]*):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new ConfigError(`${place}: "${key}" must be host:port, not "${address}"`);
  return { host: (match[1] || '0.0.0.0').replace(/^\[|\]$/g, ''), port };
}

/** Who listens everywhere is reached on this machine, as far as we know. */
export function urlOf(scheme: string, { host, port }: HostPort): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${bracketed(reachable)}:${port}`;
}

export const textOf = ({ host, port }: HostPort): string => `${bracketed(host)}:${port}`;

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** What is said there leaves the machine for nobody to read. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** An address at which one listens, and that nobody can connect to from elsewhere. */
export const isEverywhere = (url: string): boolean => ['0.0.0.0', '[::]'].includes(new URL(url).hostname);

/** Two listeners cannot have one port of one address. @throws {ConfigError} naming both. */
export function refuseSameAddress(addresses: readonly { readonly at: HostPort; readonly what: string }[]): void {
  for (const [index, { at, what }] of addresses.entries()) {
    const other = addresses.slice(0, index).find((earlier) => at.port !== 0 && textOf(earlier.at) === textOf(at));
    if (other)
      throw new ConfigError(`${what} is ${textOf(at)}, which is ${other.what} already: each needs a port of its own`);
  }
}
