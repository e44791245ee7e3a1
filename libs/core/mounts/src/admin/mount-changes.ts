import type { EngineKind, MountConfig, MountOrder, MountTuning } from '@tidelock/engine-api';
import { badRequest, newAccessor, newUuid } from '@tidelock/kernel';
import type { EngineRegistry } from '../registry/engine-registry';
import type { LeaseDefaults, MountRecord } from '../records/mount';
import { fullPath, isProtected } from './mount-path';

/** Mounts that have no settings to change. */
const UNTUNABLE = ['cubbyhole/', 'sys/', 'audit/', 'identity/'];

/** Types of auth methods that lock users. */
const LOCKING_TYPES = ['userpass', 'approle', 'ldap'];

const VISIBILITIES = ['', 'unauth', 'hidden'];
const TOKEN_TYPES = ['default-service', 'default-batch', 'service', 'batch'];

/** The record of a mount that is asked for. @throws {TidelockError} INVALID_REQUEST in Vault's words. */
export function newMountRecord(order: MountOrder, registry: EngineRegistry, system: LeaseDefaults): MountRecord {
  const path = fullPath(order.kind, order.path);
  checkMountable(order, path, registry);
  const { kind, description = '', local = false, sealWrap = false, externalEntropyAccess = false, config = {} } = order;
  const { type, options } = registry.mountable(kind, order.type, order.options ?? {});
  return {
    uuid: newUuid(),
    kind,
    path,
    type,
    accessor: accessorOf(kind, type),
    description,
    local,
    seal_wrap: sealWrap,
    external_entropy_access: externalEntropyAccess,
    options,
    config: newConfig(kind, config, system),
  };
}

export const accessorOf = (kind: EngineKind, type: string): string =>
  newAccessor(kind === 'auth' ? `auth_${type}` : type);

function checkMountable(order: MountOrder, path: string, registry: EngineRegistry): void {
  if (order.type === '') throw badRequest('backend type must be specified as a string');
  if (registry.isSingleton(order.type)) throw badRequest(singletonText(order));
  if (order.kind === 'secret' && isProtected(path)) throw badRequest(`cannot mount ${JSON.stringify(path)}`);
}

const singletonText = ({ kind, type }: MountOrder): string =>
  kind === 'auth' && type === 'token'
    ? 'token credential backend cannot be instantiated'
    : `mount type of ${JSON.stringify(type)} is not mountable`;

/** @throws {TidelockError} INVALID_REQUEST for the service's own mounts. */
export function checkDisable({ kind, path, type }: MountRecord, registry: EngineRegistry): void {
  if (kind === 'auth' && type === 'token') throw badRequest('token credential backend cannot be disabled');
  if (registry.isSingleton(type)) throw badRequest(`cannot unmount ${JSON.stringify(path)}`);
}

/** @throws {TidelockError} INVALID_REQUEST for what cannot be moved, or not there. */
export function checkRemount({ path, kind, type }: MountRecord, to: string, registry: EngineRegistry): void {
  if (registry.isSingleton(type)) throw badRequest(`cannot remount ${JSON.stringify(path)}`);
  const toAuth = to.startsWith('auth/');
  if (kind === 'secret' && toAuth)
    throw badRequest(`cannot remount non-auth mount to auth mount ${JSON.stringify(to)}`);
  if (kind === 'auth' && !toAuth) throw badRequest(`cannot remount auth mount to non-auth mount ${JSON.stringify(to)}`);
  if (!toAuth && isProtected(to)) throw badRequest(`cannot remount to ${JSON.stringify(to)}`);
}

/** The record after a change. @throws {TidelockError} INVALID_REQUEST in Vault's words. */
export function tunedRecord(before: MountRecord, tuning: MountTuning, registry: EngineRegistry): MountRecord {
  if (UNTUNABLE.includes(before.path)) throw badRequest(`cannot tune ${JSON.stringify(before.path)}`);
  if (tuning.config?.user_lockout_config !== undefined && !LOCKING_TYPES.includes(before.type)) {
    throw badRequest(`tuning of user lockout configuration for auth type ${JSON.stringify(before.type)} not allowed`);
  }
  return {
    ...before,
    description: tuning.description ?? before.description,
    options: tunedOptions(before, tuning.options ?? {}, registry),
    config: withoutCleared(tunedConfig(before.kind, before.config, tuning.config ?? {})),
  };
}

function tunedOptions(
  { kind, type, options }: MountRecord,
  change: Readonly<Record<string, string>>,
  registry: EngineRegistry,
) {
  const merged = { ...options, ...change };
  const [version, former] = [merged['version'], options['version'] ?? '1'];
  if (version === undefined || version === former) return merged;
  if (Number(version) < Number(former)) throw badRequest(`cannot downgrade mount from version ${former}`);
  return registry.mountable(kind, type, merged).options;
}

/** `listing_visibility: ""` takes the setting away. */
function withoutCleared({ listing_visibility, ...config }: MountConfig): MountConfig {
  return listing_visibility ? { ...config, listing_visibility } : config;
}

/** A new mount's settings. @throws {TidelockError} INVALID_REQUEST for settings that contradict each other or the system. */
function newConfig(kind: EngineKind, change: Partial<MountConfig>, system: LeaseDefaults): MountConfig {
  const start: MountConfig = { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false };
  const config = {
    ...(kind === 'auth' ? { ...start, token_type: 'default-service' as const } : start),
    ...checked(kind, change),
  };
  if (config.max_lease_ttl !== 0 && config.default_lease_ttl > config.max_lease_ttl) {
    throw badRequest('given default lease TTL greater than given max lease TTL');
  }
  if (config.max_lease_ttl === 0 && config.default_lease_ttl > system.maxLeaseTtlSeconds) {
    throw badRequest(`given default lease TTL greater than system max lease TTL of ${system.maxLeaseTtlSeconds}`);
  }
  return config;
}

/** A mount's settings after a change. @throws {TidelockError} INVALID_REQUEST as `newConfig`. */
function tunedConfig(kind: EngineKind, before: Readonly<MountConfig>, change: Partial<MountConfig>): MountConfig {
  const config = { ...before, ...checked(kind, change), ...lockoutOf(before, change) };
  const { default_lease_ttl: least, max_lease_ttl: most } = config;
  if (least !== 0 && most !== 0 && most < least) {
    throw badRequest(`backend max lease TTL of ${most} would be less than backend default lease TTL of ${least}`);
  }
  return config;
}

/** Settings of lockout are kept where a change does not name them, too. */
function lockoutOf(
  { user_lockout_config: before }: Readonly<MountConfig>,
  { user_lockout_config: change }: Partial<MountConfig>,
): Partial<MountConfig> {
  return change === undefined ? {} : { user_lockout_config: { ...before, ...change } };
}

function checked(kind: EngineKind, change: Partial<MountConfig>): Partial<MountConfig> {
  if (change.listing_visibility !== undefined && !VISIBILITIES.includes(change.listing_visibility)) {
    throw badRequest('invalid listing visibility type');
  }
  if ((change.user_lockout_config?.lockout_threshold ?? 0) < 0)
    throw badRequest('"lockout_threshold" cannot be negative');
  if (change.token_type === undefined) return change;
  if (kind !== 'auth') throw badRequest('"token_type" can only be modified on auth mounts');
  if (!TOKEN_TYPES.includes(change.token_type)) throw badRequest('invalid value for "token_type"');
  return change;
}
