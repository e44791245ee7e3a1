import type { EngineKind, MountConfig, MountOrder, MountTuning } from '@tidelock/engine-api';
import { badRequest, newAccessor, newUuid } from '@tidelock/kernel';
import type { EngineRegistry } from '../registry/engine-registry';
import type { LeaseDefaults, MountRecord } from '../records/mount';
import { newConfig, tunedConfig } from './mount-config';
import { fullPath, isProtected } from './mount-path';

/** Mounts that have no settings to change. */
const UNTUNABLE = ['cubbyhole/', 'sys/', 'audit/', 'identity/'];

/** Types of auth methods that lock users. */
const LOCKING_TYPES = ['userpass', 'approle', 'ldap'];

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
