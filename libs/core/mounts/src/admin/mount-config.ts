import type { EngineKind, MountConfig } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import type { LeaseDefaults } from '../records/mount';

const VISIBILITIES = ['', 'unauth', 'hidden'];
const TOKEN_TYPES = ['default-service', 'default-batch', 'service', 'batch'];

/** A new mount's settings. @throws {TidelockError} INVALID_REQUEST for settings that contradict each other or the system. */
export function newConfig(kind: EngineKind, change: Partial<MountConfig>, system: LeaseDefaults): MountConfig {
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
export function tunedConfig(
  kind: EngineKind,
  before: Readonly<MountConfig>,
  change: Partial<MountConfig>,
): MountConfig {
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
