import type { EngineKind, MountConfig, MountEntry, UserLockoutConfig } from '@tidelock/engine-api';

type Json = Record<string, unknown>;

/** How a mount is called within its kind: auth methods without `auth/`. */
const shortPath = ({ kind, path }: MountEntry): string => (kind === 'auth' ? path.slice('auth/'.length) : path);

/** A mount as `sys/mounts` and `sys/auth` show it. */
export function entryOf(mount: MountEntry): Json {
  const { accessor, description, local, sealWrap, externalEntropyAccess, type, uuid } = mount;
  return {
    accessor,
    config: configOf(mount),
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

function configOf({ kind, config: { user_lockout_config: lockout, ...config } }: MountEntry): Json {
  return { ...config, ...tokenTypeOf(kind, config), ...(lockout && { user_lockout_config: lockoutOf(lockout) }) };
}

const tokenTypeOf = (kind: EngineKind, { token_type }: Pick<MountConfig, 'token_type'>): Json =>
  kind === 'auth' ? { token_type: token_type ?? 'default-service' } : {};

/** All four settings, under the names that Vault answers with; they are sent without `user_`. */
const lockoutOf = (settings: UserLockoutConfig): Json => ({
  user_lockout_threshold: settings.lockout_threshold ?? 0,
  user_lockout_duration: settings.lockout_duration ?? 0,
  user_lockout_counter_reset_duration: settings.lockout_counter_reset_duration ?? 0,
  user_lockout_disable: settings.lockout_disable ?? false,
});

/** Entries by path. */
export const entriesOf = (mounts: readonly MountEntry[]): Json => byPath(mounts, entryOf);

export const byPath = (mounts: readonly MountEntry[], show: (mount: MountEntry) => Json): Json =>
  Object.fromEntries(mounts.map((mount) => [shortPath(mount), show(mount)]));

/** `null` when there are none. */
export const optionsOf = ({ options }: MountEntry): Readonly<Record<string, string>> | null =>
  Object.keys(options).length === 0 ? null : options;

/** Effective settings, as `tune` shows them. Times in seconds. */
export function tuneOf(mount: MountEntry): Json {
  const {
    description,
    config: { user_lockout_config: lockout, ...config },
    defaultLeaseTtlSeconds,
    maxLeaseTtlSeconds,
    kind,
  } = mount;
  const options = optionsOf(mount);
  return {
    description,
    ...config,
    default_lease_ttl: defaultLeaseTtlSeconds,
    max_lease_ttl: maxLeaseTtlSeconds,
    ...tokenTypeOf(kind, config),
    ...(lockout && lockoutOf(lockout)),
    ...(options && { options }),
  };
}

/** The full path as clients name it in errors. */
export const namedPath = (kind: EngineKind, path: string): string =>
  `${kind === 'auth' ? 'auth/' : ''}${path.replace(/^\/+|\/+$/g, '')}/`;
