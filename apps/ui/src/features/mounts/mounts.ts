import type { ApiRequest } from '../../api/request';
import type { Envelope } from '../../api/send';
import { useRead } from '../../session/read';
import { type Kind, KINDS } from './kinds';

/** A secrets engine or an auth method, as the API tells of it. */
export interface Mount {
  /** Within its kind, with the `/` at its end. */
  readonly path: string;
  readonly type: string;
  readonly accessor: string;
  readonly uuid: string;
  readonly description: string;
  readonly local: boolean;
  readonly sealWrap: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly config: MountConfig;
}

interface MountConfig {
  /** Seconds; 0: the system's. */
  readonly defaultLeaseTtl: number;
  readonly maxLeaseTtl: number;
  /** `unauth`: told to those who have not signed in. */
  readonly listingVisibility: string;
  /** Of auth methods. */
  readonly tokenType: string;
}

/** The mounts in which the token has any right. `sys/mounts` tells of all, to those alone who may read it. */
export const MOUNTS: ApiRequest = { method: 'GET', path: 'sys/internal/ui/mounts' };

export function useMounts(kind: Kind) {
  const { data, error } = useRead<Envelope<Readonly<Record<string, unknown>>>>(MOUNTS);
  return { error, data: data && mountsIn(data.data[kind]) };
}

/** Sorted by path. What is missing, or is no text, is empty. */
export function mountsIn(entries: unknown): Mount[] {
  return Object.entries(membersOf(entries))
    .map(([path, entry]) => mountOf(path, membersOf(entry)))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function mountOf(path: string, entry: Members): Mount {
  const config = membersOf(entry['config']);
  return {
    path,
    type: textOf(entry['type']),
    accessor: textOf(entry['accessor']),
    uuid: textOf(entry['uuid']),
    description: textOf(entry['description']),
    local: entry['local'] === true,
    sealWrap: entry['seal_wrap'] === true,
    options: Object.fromEntries(
      Object.entries(membersOf(entry['options'])).map(([name, value]) => [name, String(value)]),
    ),
    config: {
      defaultLeaseTtl: secondsOf(config['default_lease_ttl']),
      maxLeaseTtl: secondsOf(config['max_lease_ttl']),
      listingVisibility: textOf(config['listing_visibility']),
      tokenType: textOf(config['token_type']),
    },
  };
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const secondsOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);

/** `kv version 2`: what a mount of its kind can do depends on both. */
export const typeOf = ({ type, options: { version } }: Pick<Mount, 'type' | 'options'>): string =>
  version === undefined ? type : `${type} version ${version}`;

/** A path as people write it: with or without `/` at either end. */
export const barePath = (text: string): string => text.trim().replace(/^\/+|\/+$/g, '');

/** The mount that a new one at the path would lie in, or the other way round. */
export function inTheWay(path: string, mounts: readonly Pick<Mount, 'path'>[]): string | undefined {
  const wanted = `${barePath(path)}/`;
  return mounts.map((mount) => mount.path).find((other) => other.startsWith(wanted) || wanted.startsWith(other));
}

/** The API's path of a mount's settings. */
export const apiPath = (kind: Kind, path: string): string => `${KINDS[kind].api}/${barePath(path)}`;
