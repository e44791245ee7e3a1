import type { EngineKind, MountEntry } from '@tidelock/engine-api';

type Json = Record<string, unknown>;

/** How a mount is called within its kind: auth methods without `auth/`. */
export const shortPath = ({ kind, path }: MountEntry): string => (kind === 'auth' ? path.slice('auth/'.length) : path);

/** A mount as `sys/mounts` and `sys/auth` show it. */
export function entryOf(mount: MountEntry): Json {
  const { accessor, config, description, local, sealWrap, externalEntropyAccess, type, uuid, kind } = mount;
  return {
    accessor,
    config: { ...config, ...(kind === 'auth' && { token_type: config.token_type ?? 'default-service' }) },
    deprecation_status: 'supported',
    description,
    external_entropy_access: externalEntropyAccess,
    local,
    options: optionsOf(mount),
    plugin_version: '',
    running_plugin_version: 'v1.17.0+builtin.vault',
    running_sha256: '',
    seal_wrap: sealWrap,
    type,
    uuid,
  };
}

/** Entries by path. */
export const entriesOf = (mounts: readonly MountEntry[]): Json => byPath(mounts, entryOf);

export const byPath = (mounts: readonly MountEntry[], show: (mount: MountEntry) => Json): Json =>
  Object.fromEntries(mounts.map((mount) => [shortPath(mount), show(mount)]));

/** `null` when there are none. */
export const optionsOf = ({ options }: MountEntry): Readonly<Record<string, string>> | null =>
  Object.keys(options).length === 0 ? null : options;

/** Effective settings, as `tune` shows them. Times in seconds. */
export function tuneOf(mount: MountEntry): Json {
  const { description, config, defaultLeaseTtlSeconds, maxLeaseTtlSeconds, kind } = mount;
  const options = optionsOf(mount);
  return {
    description,
    ...config,
    default_lease_ttl: defaultLeaseTtlSeconds,
    max_lease_ttl: maxLeaseTtlSeconds,
    ...(kind === 'auth' && { token_type: config.token_type ?? 'default-service' }),
    ...(options && { options }),
  };
}

/** The full path as clients name it in errors. */
export const namedPath = (kind: EngineKind, path: string): string => `${kind === 'auth' ? 'auth/' : ''}${path.replace(/^\/+|\/+$/g, '')}/`;
