import {
  BoolField,
  convertBody,
  DurationField,
  type EngineKind,
  IntField,
  KeyValueField,
  MapField,
  type MountConfig,
  type MountOrder,
  type MountTuning,
  StringField,
  StringListField,
  type UserLockoutConfig,
} from '@tidelock/engine-api';
import { badRequest, given, parseDurationSeconds } from '@tidelock/kernel';

/** What `config` of a new mount and `tune` of an existing one have in common. */
class MountConfigBody {
  // Text, for `system` is a value, too.
  @StringField({ description: 'Default lease TTL; "system" for the system\'s.' }) default_lease_ttl?: string;
  @StringField({ description: 'Maximum lease TTL; "system" for the system\'s.' }) max_lease_ttl?: string;
  @StringField({ description: '"unauth" shows the mount to callers without a token.' }) listing_visibility?: string;
  @StringListField() audit_non_hmac_request_keys?: string[];
  @StringListField() audit_non_hmac_response_keys?: string[];
  @StringListField() passthrough_request_headers?: string[];
  @StringListField() allowed_response_headers?: string[];
  @StringField({ description: 'Auth methods: type of the tokens made here.' }) token_type?: string;
  @MapField() user_lockout_config?: Record<string, unknown>;
  @StringField() plugin_name?: string;
  @StringField() plugin_version?: string;
  @StringField() override_pinned_version?: string;
}

class NewMountConfigBody extends MountConfigBody {
  @BoolField() force_no_cache?: boolean;
}

export class EnableBody {
  @StringField({
    required: 'backend type must be specified as a string',
    description: 'Type of the engine or auth method.',
  })
  type!: string;
  @StringField() description?: string;
  @MapField({ description: 'Settings as in tune, and force_no_cache.' }) config?: Record<string, unknown>;
  @KeyValueField({ description: 'Options of the type, such as version.' }) options?: Record<string, string>;
  @BoolField({ description: 'Never replicated. Cannot be changed later.' }) local?: boolean;
  @BoolField() seal_wrap?: boolean;
  @BoolField() external_entropy_access?: boolean;
  @StringField() plugin_name?: string;
  @StringField() plugin_version?: string;
}

export class TuneBody extends MountConfigBody {
  @StringField() description?: string;
  @KeyValueField() options?: Record<string, string>;
  // Accepted and without effect, as in Vault.
  @BoolField() local?: boolean;
  @BoolField() seal_wrap?: boolean;
}

class UserLockoutBody {
  @IntField() lockout_threshold?: number;
  @DurationField() lockout_duration?: number;
  @DurationField() lockout_counter_reset_duration?: number;
  @BoolField() lockout_disable?: boolean;
}

/** @throws {TidelockError} INVALID_REQUEST when `config` has a member that does not convert. */
export function orderOf(kind: EngineKind, path: string, body: EnableBody): MountOrder {
  const { type, description, options, local, seal_wrap, external_entropy_access, config } = body;
  const settings = config && convertBody(NewMountConfigBody, config).body;
  return {
    kind,
    path,
    type,
    ...given({ description, options, local, sealWrap: seal_wrap, externalEntropyAccess: external_entropy_access }),
    ...(settings && { config: { ...configOf(settings), ...given({ force_no_cache: settings.force_no_cache }) } }),
  };
}

/** @throws {TidelockError} INVALID_REQUEST for a TTL that is none. */
export function tuningOf(body: TuneBody): MountTuning {
  return { ...given({ description: body.description, options: body.options }), config: configOf(body) };
}

function configOf(body: MountConfigBody): Partial<MountConfig> {
  return given({
    default_lease_ttl: ttlOf('default_lease_ttl', body.default_lease_ttl),
    max_lease_ttl: ttlOf('max_lease_ttl', body.max_lease_ttl),
    // Which values there are is for the mount service to say.
    listing_visibility: body.listing_visibility as MountConfig['listing_visibility'],
    token_type: (body.token_type || undefined) as MountConfig['token_type'],
    user_lockout_config: body.user_lockout_config && lockoutOf(body.user_lockout_config),
    audit_non_hmac_request_keys: body.audit_non_hmac_request_keys,
    audit_non_hmac_response_keys: body.audit_non_hmac_response_keys,
    passthrough_request_headers: body.passthrough_request_headers,
    allowed_response_headers: body.allowed_response_headers,
  });
}

function ttlOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seconds = text === 'system' ? 0 : parseDurationSeconds(text, name);
  if (seconds < 0)
    throw badRequest(`error converting input for field "${name}": expected a duration that is not negative`);
  return seconds;
}

const lockoutOf = (members: Record<string, unknown>): UserLockoutConfig =>
  given({ ...convertBody(UserLockoutBody, members).body });
