import type { Subject } from './subject';

/** What a request does to its path. `create` is an `update` of something that is not there yet. */
export type Operation = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list' | 'help';

/** The mount that serves the request, as the engine may know it. */
export interface MountView {
  readonly uuid: string;
  /** With trailing `/`: `secret/`, `auth/userpass/`. */
  readonly path: string;
  readonly type: string;
  readonly accessor: string;
  /** `true`: never replicated. */
  readonly local: boolean;
  readonly options: Readonly<Record<string, string>>;
  /** Effective values, the system's defaults filled in. */
  readonly defaultLeaseTtlSeconds: number;
  readonly maxLeaseTtlSeconds: number;
  /** Names of headers, in any case, that requests may bring to the engine, and answers back to the client. */
  readonly passthroughRequestHeaders?: readonly string[];
  readonly allowedResponseHeaders?: readonly string[];
  /** Auth mounts: type of the tokens made here; absent = `default-service`. */
  readonly tokenType?: 'default-service' | 'default-batch' | 'service' | 'batch';
  /** Auth mounts: when failed logins lock a name; what is absent is the method's own default. */
  readonly userLockout?: Readonly<UserLockoutConfig>;
}

/** When failed logins lock a name, named as Vault's API names it. */
export interface UserLockoutConfig {
  lockout_threshold?: number;
  /** Life of a lock, in seconds. */
  lockout_duration?: number;
  /** Life of the count of failures, in seconds. */
  lockout_counter_reset_duration?: number;
  lockout_disable?: boolean;
}

/** Who calls: what authentication found out about the client token. */
export interface Caller {
  /** The client token itself. Empty for a request forwarded by a secondary: the token never leaves its cluster. */
  readonly clientToken: string;
  /** Salted hash of the token: its key in the local store. Empty where `clientToken` is. */
  readonly tokenId: string;
  readonly accessor: string;
  readonly type: 'service' | 'batch';
  readonly displayName: string;
  /** The token's own, sorted. By what is judged, those of its entity included, is `EngineRequest.subject`. */
  readonly policies: readonly string[];
  readonly entityId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly orphan: boolean;
  /** Uses left before this request; 0 = unlimited. */
  readonly numUses: number;
  readonly isRoot: boolean;
}

export interface Connection {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /**
   * DER of the TLS client's certificate, where it sent one. The client has its key; nothing else about it was checked. On a primary, of a
   * request that a secondary sends on, both the certificate and that the client has the key are the secondary's word.
   */
  readonly peerCertificate?: Buffer;
}

declare const scope: unique symbol;

/** The request's unit of work, opaque to engines: handed to the services that take part in it. */
export interface RequestScope {
  readonly [scope]: never;
}

export interface EngineRequest<Body extends object = Readonly<Record<string, unknown>>, State = unknown> {
  readonly id: string;
  readonly operation: Operation;
  /** Relative to the mount: `data/app/db`. A list ends in `/` or is empty. */
  readonly path: string;
  /** What the path's pattern captured, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The declared body, checked and converted; query parameters for read, list and delete. */
  readonly body: Body;
  /** The members as the client sent them. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** The body of a write to a path that declares `bytes`; empty where none was sent. */
  readonly bytes?: Buffer;
  /** That of a path whose `bytes` are a `stream`. @throws {TidelockError} REQUEST_TOO_LARGE, INVALID_REQUEST where it breaks off, while it is read; NOT_REPEATABLE when it is read again. */
  readonly byteStream?: AsyncIterable<Buffer>;
  readonly mount: MountView;
  /** What the engine's `open` returned for this mount. */
  readonly state: State;
  /** Absent on unauthenticated paths when no token was sent. */
  readonly caller?: Caller;
  /** As whom the caller is judged; there where `caller` is. */
  readonly subject?: Subject;
  readonly connection: Connection;
  /** Lower-case names. Only what the mount's `passthrough_request_headers` lets through, and never the client's token. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The token as it was sent, `""` for none: only where the path is declared `takesToken`. */
  readonly clientToken?: string;
  /** Life of the response's wrapping, where the client asked for one. */
  readonly wrapTtlSeconds?: number;
  /** Milliseconds since the Unix epoch, the same for the whole request. */
  readonly now: number;
  readonly scope: RequestScope;
}

/** The declared parameter, or a 400 that says it is missing. */
export function param(request: Pick<EngineRequest, 'params'>, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the path's pattern has no parameter "${name}"`);
  return value;
}
