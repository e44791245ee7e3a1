import type { ApiRequest } from '../../api/request';
import { type Kind, KINDS } from './kinds';
import { apiPath, barePath, type Mount } from './mounts';

/** As it stands in the form. */
export interface EnableOrder {
  readonly type: string;
  readonly path: string;
  readonly description: string;
  readonly local: boolean;
  readonly defaultLeaseTtl: string;
  readonly maxLeaseTtl: string;
  /** Whether it is told to those who have not signed in. */
  readonly listed: boolean;
  /** Of kv. */
  readonly version: '1' | '2';
  readonly maxVersions: string;
  readonly casRequired: boolean;
}

export function enable(kind: Kind, order: EnableOrder): ApiRequest {
  const { type, path, description, local, version } = order;
  const config = configOf(order);
  return {
    method: 'POST',
    path: apiPath(kind, path),
    body: {
      type,
      ...(description !== '' && { description }),
      ...(local && { local }),
      ...(type === 'kv' && { options: { version } }),
      ...(Object.keys(config).length > 0 && { config }),
    },
  };
}

/** An empty field is one that was left out. */
const configOf = ({ defaultLeaseTtl, maxLeaseTtl, listed }: EnableOrder) => ({
  ...(defaultLeaseTtl.trim() !== '' && { default_lease_ttl: defaultLeaseTtl.trim() }),
  ...(maxLeaseTtl.trim() !== '' && { max_lease_ttl: maxLeaseTtl.trim() }),
  ...(listed && { listing_visibility: 'unauth' }),
});

/** The settings that version 2 of kv keeps by itself. @returns `undefined` where they stay as they are. */
export function kvSettings({ type, version, path, maxVersions, casRequired }: EnableOrder): ApiRequest | undefined {
  const body = {
    ...(maxVersions.trim() !== '' && { max_versions: Number(maxVersions) }),
    ...(casRequired && { cas_required: true }),
  };
  if (type !== 'kv' || version !== '2' || Object.keys(body).length === 0) return undefined;
  return { method: 'POST', path: `${barePath(path)}/config`, body };
}

/** Settings that can be changed later, as they stand in the form; TTLs are texts, empty ones the system's. */
export interface Tuning {
  readonly description: string;
  readonly defaultLeaseTtl: string;
  readonly maxLeaseTtl: string;
  readonly listingVisibility: string;
  readonly tokenType: string;
}

export const tuningOf = ({ description, config }: Mount): Tuning => ({
  description,
  defaultLeaseTtl: ttlText(config.defaultLeaseTtl),
  maxLeaseTtl: ttlText(config.maxLeaseTtl),
  listingVisibility: config.listingVisibility,
  tokenType: config.tokenType,
});

/** `90m`, `32h`, `7s`: as the API takes it. */
function ttlText(seconds: number): string {
  if (seconds === 0) return '';
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

const TUNED: readonly [keyof Tuning, string][] = [
  ['description', 'description'],
  ['defaultLeaseTtl', 'default_lease_ttl'],
  ['maxLeaseTtl', 'max_lease_ttl'],
  ['listingVisibility', 'listing_visibility'],
  ['tokenType', 'token_type'],
];

/** Names what has changed alone: a setting that somebody else has changed meanwhile stays. */
export function tune(kind: Kind, mount: Mount, tuning: Tuning): ApiRequest {
  const before = tuningOf(mount);
  const changed = TUNED.filter(([name]) => tuning[name].trim() !== before[name]);
  return {
    method: 'POST',
    path: `${apiPath(kind, mount.path)}/tune`,
    body: Object.fromEntries(changed.map(([name, member]) => [member, tunedTo(name, tuning[name].trim())])),
  };
}

/** An empty TTL is no change to the API; the system's has a word. */
const tunedTo = (name: keyof Tuning, text: string): string =>
  text === '' && (name === 'defaultLeaseTtl' || name === 'maxLeaseTtl') ? 'system' : text;

export const move = (kind: Kind, from: string, to: string): ApiRequest => ({
  method: 'POST',
  path: 'sys/remount',
  body: { from: KINDS[kind].prefix + barePath(from), to: KINDS[kind].prefix + barePath(to) },
});

export const disable = (kind: Kind, path: string): ApiRequest => ({ method: 'DELETE', path: apiPath(kind, path) });
