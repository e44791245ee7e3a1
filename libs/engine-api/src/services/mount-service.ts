import type { MountView, RequestScope, UserLockoutConfig } from '../request/request';

/** Of a mount, and of the engine that serves it. */
export type EngineKind = 'secret' | 'auth';

/** A mount's settings, named as Vault's API names them. Times in seconds; 0 = the system's default. */
export interface MountConfig {
  default_lease_ttl: number;
  max_lease_ttl: number;
  force_no_cache: boolean;
  /** `unauth`: shown to callers without a token. */
  listing_visibility?: 'unauth' | 'hidden';
  audit_non_hmac_request_keys?: readonly string[];
  audit_non_hmac_response_keys?: readonly string[];
  /** Request headers that the engine may see. */
  passthrough_request_headers?: readonly string[];
  /** Response headers that the engine may set. */
  allowed_response_headers?: readonly string[];
  /** Auth methods only. */
  token_type?: 'default-service' | 'default-batch' | 'service' | 'batch';
  user_lockout_config?: UserLockoutConfig;
}

/** A mount with everything that is known about it. */
export interface MountEntry extends MountView {
  readonly kind: EngineKind;
  readonly description: string;
  readonly sealWrap: boolean;
  readonly externalEntropyAccess: boolean;
  readonly config: Readonly<MountConfig>;
}

export interface MountOrder {
  readonly kind: EngineKind;
  /** Below `auth/` for an auth method; a `/` at the end is optional. */
  readonly path: string;
  readonly type: string;
  readonly description?: string;
  readonly local?: boolean;
  readonly sealWrap?: boolean;
  readonly externalEntropyAccess?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly config?: Partial<MountConfig>;
}

/** What to change; what is absent stays. */
export interface MountTuning {
  readonly description?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly config?: Partial<MountConfig>;
}

export interface Migration {
  readonly id: string;
  readonly sourceMount: string;
  readonly targetMount: string;
  readonly status: 'in-progress' | 'success' | 'failure';
}

/**
 * The mount table, and how it is changed. Changes take part in the request's transaction, and throw INVALID_REQUEST in
 * Vault's words; on a secondary, those of replicated mounts are refused or throw READ_ONLY_REPLICA, as it is configured.
 */
export abstract class MountService {
  /** Sorted by path. */
  abstract list(kind: EngineKind): readonly MountEntry[];
  /** @param path below `auth/` for an auth method. */
  abstract find(kind: EngineKind, path: string): MountEntry | undefined;
  /** The mount that serves a full path. */
  abstract mountAt(path: string): MountEntry | undefined;

  abstract enable(scope: RequestScope, order: MountOrder): Promise<MountEntry>;
  /** Destroys what the mount holds, and revokes its leases. Nothing mounted there is no error. */
  abstract disable(scope: RequestScope, kind: EngineKind, path: string): Promise<void>;
  abstract tune(scope: RequestScope, kind: EngineKind, path: string, tuning: MountTuning): Promise<void>;
  /** Moves a mount with its data. Both paths are full (`auth/…`). @returns the migration's id. */
  abstract remount(scope: RequestScope, from: string, to: string): Promise<string>;
  abstract migration(scope: RequestScope, id: string): Promise<Migration | undefined>;

  /** OpenAPI 3.0.2 document of these mounts' paths. */
  abstract openApi(mounts: readonly MountEntry[]): Record<string, unknown>;
}
