/**
 * A secret with a lifetime: the pipeline registers it with the caller's token.
 *
 * @example
 * const lease = { ttlSeconds: role.ttl, maxTtlSeconds: role.maxTtl, renewable: true, internal: { user } };
 * return { data: { user, password }, lease };
 */
export interface LeaseGrant {
  /** 0 = the mount's default. */
  readonly ttlSeconds: number;
  /** 0 = the mount's maximum. */
  readonly maxTtlSeconds: number;
  readonly renewable: boolean;
  /** What the engine needs to renew or revoke the secret; kept sealed with the lease. Less than 64 KiB of JSON. */
  readonly internal: Readonly<Record<string, unknown>>;
}

/**
 * A login that succeeded, or a token asked for: the pipeline makes the token, locally.
 *
 * @example
 * // `user` has the TokenParameters that a DTO derived from TokenParametersBody takes.
 * const displayName = loginDisplayName(request.mount, name);
 * const grant = { ...grantOf(user), displayName, metadata: { username: name }, renewable: true, alias: { name }, internal: { name } };
 * return { grant };
 */
export interface AuthGrant {
  readonly displayName: string;
  /** Without `default`, which is added unless `noDefaultPolicy`. */
  readonly policies: readonly string[];
  readonly noDefaultPolicy?: boolean;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** 0 = the mount's default. */
  readonly ttlSeconds: number;
  readonly maxTtlSeconds?: number;
  readonly explicitMaxTtlSeconds?: number;
  readonly periodSeconds?: number;
  /** 0 = unlimited. */
  readonly numUses?: number;
  readonly renewable: boolean;
  readonly tokenType?: 'default' | 'default-service' | 'default-batch' | 'service' | 'batch';
  readonly boundCidrs?: readonly string[];
  /** Alias of the login at this mount (userpass: the user's name). */
  readonly alias?: { readonly name: string; readonly metadata?: Readonly<Record<string, string>> };
  /** Names of the groups that the method's own directory has the login in (LDAP, an OIDC claim): aliases of external groups at this mount. */
  readonly groupAliases?: readonly string[];
  /** What the method knows of the one behind the login, beyond this alias: for an entity that is made by this login. */
  readonly entityMetadata?: Readonly<Record<string, string>>;
  /** Kept with the token for the method's `renewAuth`. */
  readonly internal?: Readonly<Record<string, unknown>>;
}

/** The `auth` block of an answer, after the token exists. */
export interface AuthBlock {
  client_token: string;
  accessor: string;
  policies: readonly string[];
  token_policies: readonly string[];
  identity_policies?: readonly string[];
  metadata: Readonly<Record<string, string>> | null;
  lease_duration: number;
  renewable: boolean;
  entity_id: string;
  token_type: 'service' | 'batch';
  orphan: boolean;
  mfa_requirement: null;
  num_uses: number;
}

export interface WrapInfo {
  token: string;
  accessor: string;
  /** Seconds. */
  ttl: number;
  /** RFC 3339 with nanoseconds. */
  creation_time: string;
  creation_path: string;
  wrapped_accessor?: string;
}

/** What a handler answers; `undefined` is 204. */
export interface EngineResponse {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly warnings?: readonly string[];
  readonly lease?: LeaseGrant;
  /** Lease facts of an existing lease (a renewal); shown in the envelope, no new lease is made. */
  readonly renewedLease?: { readonly leaseId: string; readonly ttlSeconds: number; readonly renewable: boolean };
  /** A token to make. */
  readonly grant?: AuthGrant;
  /** A token that exists already (token create, renew). */
  readonly auth?: AuthBlock;
  /** Wraps the answer although the client did not ask for it. `claims`: what the token says besides, in the form `jwt`, to whoever holds it. */
  readonly wrap?: {
    readonly ttlSeconds: number;
    readonly format?: 'jwt';
    readonly claims?: Readonly<Record<string, unknown>>;
  };
  readonly wrapInfo?: WrapInfo;
  /** Default: 200 with a body, 204 without. A 404 with `data` or `warnings` keeps its body. */
  readonly status?: number;
  /** Members of `data` also at the top level, for the `sys/` answers that do so for historical reasons. */
  readonly dataAtTopLevel?: boolean;
  /** `data` is the whole body: no envelope. */
  readonly bare?: boolean;
  /** A whole stored envelope (unwrap): JSON text sent as it is. */
  readonly envelopeText?: string;
  /**
   * Not JSON at all (certificates, Prometheus text). Never wrapped.
   *
   * A body that is too large for memory, or not there yet, is a stream: what an async generator returns. It begins when the request has
   * committed and is on record, so it opens what it needs itself, and reads by `MountContext.read`; the request's own storage is of a
   * transaction that has ended. It is cut as its mount closes, which waits 15 s at most. What it throws before its
   * first chunk is the answer; later, it cuts the connection. When the client hangs up, the iterator's `return` is called: an async
   * generator sees that at its next `yield`, so one that may wait long for what comes next is an iterator of its own. The audit has the
   * response without the body, a HEAD request never begins it, and a primary refuses it to a secondary. What is never begun is not told to
   * return: it opens nothing before its first chunk is asked for.
   */
  readonly raw?: { readonly body: Buffer | AsyncIterable<Buffer>; readonly contentType: string };
  readonly headers?: Readonly<Record<string, string>>;
}
