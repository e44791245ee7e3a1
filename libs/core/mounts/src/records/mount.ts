import type { MountEntry } from '@tidelock/engine-api';

export type Mount = MountEntry;

type Kept = 'uuid' | 'kind' | 'path' | 'type' | 'accessor' | 'description' | 'local' | 'options' | 'config';

/** A mount as its record holds it (`mount/<uuid>`, JSON). */
export interface MountRecord extends Pick<MountEntry, Kept> {
  readonly seal_wrap: boolean;
  readonly external_entropy_access: boolean;
}

/** The system's own bounds, for mounts that set none. */
export interface LeaseDefaults {
  readonly defaultLeaseTtlSeconds: number;
  readonly maxLeaseTtlSeconds: number;
}

/** The mount of a record, effective values filled in. A default above the maximum is cut down to it. */
export function mountOf(record: MountRecord, defaults: LeaseDefaults): Mount {
  const { seal_wrap: sealWrap, external_entropy_access: externalEntropyAccess, ...same } = record;
  const {
    default_lease_ttl,
    max_lease_ttl,
    token_type,
    user_lockout_config,
    passthrough_request_headers,
    allowed_response_headers,
  } = record.config;
  const maxLeaseTtlSeconds = max_lease_ttl || defaults.maxLeaseTtlSeconds;
  return Object.freeze({
    ...same,
    sealWrap,
    externalEntropyAccess,
    maxLeaseTtlSeconds,
    defaultLeaseTtlSeconds: Math.min(default_lease_ttl || defaults.defaultLeaseTtlSeconds, maxLeaseTtlSeconds),
    ...(passthrough_request_headers && { passthroughRequestHeaders: passthrough_request_headers }),
    ...(allowed_response_headers && { allowedResponseHeaders: allowed_response_headers }),
    ...(token_type && { tokenType: token_type }),
    ...(user_lockout_config && { userLockout: user_lockout_config }),
  });
}
