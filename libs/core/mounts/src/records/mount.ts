import type { MountEntry } from '@tidelock/engine-api';

export type Mount = MountEntry;

type Kept = 'uuid' | 'kind' | 'path' | 'type' | 'accessor' | 'description' | 'local' | 'options' | 'config';

/** A mount as its record holds it (`mount/<uuid>`, JSON). */
export interface MountRecord extends Pick<MountEntry, Kept> {
  readonly seal_wrap: boolean;
  readonly external_entropy_access: boolean;
}

/** The system's own bounds, for mounts that set none. */
export type LeaseDefaults = Pick<MountEntry, 'defaultLeaseTtlSeconds' | 'maxLeaseTtlSeconds'>;

/** The mount of a record, effective values filled in. A default above the maximum is cut down to it. */
export function mountOf(record: MountRecord, defaults: LeaseDefaults): Mount {
  const { seal_wrap: sealWrap, external_entropy_access: externalEntropyAccess, ...same } = record;
  const { config } = record;
  const maxLeaseTtlSeconds = config.max_lease_ttl || defaults.maxLeaseTtlSeconds;
  return Object.freeze({
    ...same,
    sealWrap,
    externalEntropyAccess,
    maxLeaseTtlSeconds,
    defaultLeaseTtlSeconds: Math.min(config.default_lease_ttl || defaults.defaultLeaseTtlSeconds, maxLeaseTtlSeconds),
    ...(config.passthrough_request_headers && { passthroughRequestHeaders: config.passthrough_request_headers }),
    ...(config.allowed_response_headers && { allowedResponseHeaders: config.allowed_response_headers }),
    ...(config.token_type && { tokenType: config.token_type }),
    ...(config.user_lockout_config && { userLockout: config.user_lockout_config }),
  });
}
