import 'reflect-metadata';
import type { ForwardingLevel } from '@tidelock/kernel';
import type { BodyClass, FieldType } from './fields/field';
import type { EngineRequest, Operation } from './request/request';
import type { EngineResponse } from './request/response';
import type { StorageView } from './request/storage-view';

/** A body that is no JSON. */
export interface BytesOptions {
  /** Content types that are taken, lower-case and without parameters; others are a 415. Absent: any. */
  readonly contentTypes?: readonly string[];
  /**
   * The handler gets `byteStream`, to be read once, in place of `bytes`: for what is too large for memory. Its limit is the path's alone, not
   * the listener's, too. A request that has begun to read it cannot run again: it writes by transactions of its mount (`MountContext.transact`),
   * or may be a 503. It is never sent to the primary; a secondary that would have to do that refuses it.
   */
  readonly stream?: boolean;
}

/** What a listener may demand a token for, although it works without one. */
export type TokenDemand = 'generate-root' | 'rekey';

export interface PathOptions {
  /** One sentence for `?help=1` and OpenAPI. */
  readonly help: string;
  /**
   * class-validator DTO of the body (of the query for read, list, delete). The pipeline converts, checks and hands over
   * an instance; members it does not declare are dropped with a warning. Without one the handler gets the raw object
   * and checks it by itself: only on data paths, where a DTO's 50 us count.
   */
  readonly body?: BodyClass;
  /** The members of a raw body, where there is no DTO. */
  readonly fields?: Readonly<Record<string, FieldType>>;
  /**
   * The body of a write is bytes, up to `bodyLimit`, whatever they are: the handler gets `EngineRequest.bytes` or `byteStream`. They are in no
   * audit device's entry, policies see no parameters, and a forwarded request brings them to the primary.
   */
  readonly bytes?: BytesOptions;
  /** Bytes that a caller with a token may send: default 1 MiB. `Infinity` where clients keep what they like: what the listener takes (`max_request_size`). */
  readonly bodyLimit?: number;
  /** No token needed. */
  readonly unauthenticated?: boolean;
  /** A listener may demand a token all the same (`disable_unauthed_generate_root_endpoints`, `disable_unauthed_rekey_endpoints`). */
  readonly tokenDemand?: TokenDemand;
  /** No token needed where the listener is configured with `unauthenticated_metrics_access`; there it is served while sealed, too. */
  readonly openMetrics?: boolean;
  /** The handler is given the token that was sent: one that only it can judge (a wrapping token). */
  readonly takesToken?: boolean;
  /** The policy needs `sudo` besides the operation's capability. */
  readonly sudo?: boolean;
  /** Never sent to the primary, which would refuse it: a secondary serves it from what it has, or refuses. */
  readonly localOnly?: boolean;
  /**
   * Which secondaries may have the primary write here. Default: `data`, every one, for a secrets engine that is mounted, and for logins; `all`
   * for what else there is: the system, identity, auth methods.
   */
  readonly writtenFor?: ForwardingLevel;
  /**
   * Mounts that a request names besides the one that serves it, by a parameter of the path, below `within`, or by members of the body: where
   * they are hidden from a secondary, the primary knows none of them for it.
   */
  readonly names?: { readonly param?: string; readonly within?: string; readonly members?: readonly string[] };
  /** On a secondary (non-local mount) the primary runs it at once, without a try here first. */
  readonly forwarded?: boolean;
  /** Not written to audit devices (the replication status paths). */
  readonly unaudited?: boolean;
  /** Served while the barrier is sealed or not initialised. */
  readonly whileSealed?: boolean;
  /** One of Vault's endpoints without an envelope (`EngineResponse.bare`): another verb is refused without a text. */
  readonly bare?: boolean;
  /** A login: the answer carries a grant; the caller need not have a token. Implies `unauthenticated`. */
  readonly login?: boolean;
  /**
   * Name of a method `(request, storage) => Promise<boolean>` that tells whether the thing written is there already;
   * decides between the capabilities `create` and `update`. Without one a write is an `update`.
   */
  readonly exists?: string;
}

export interface PathDeclaration extends PathOptions {
  readonly operations: readonly Operation[];
  readonly pattern: string;
  readonly method: string;
}

/** The body and the state are what the path and the engine's `open` say they are. */
export type PathHandler = (
  request: EngineRequest<never, never>,
  storage: StorageView,
) => Promise<EngineResponse | undefined>;

const PATHS = Symbol('tidelock:paths');

/**
 * Declares that a method serves a path of its engine, as `@Get()` does for a controller's route.
 *
 * @param operations `update` also receives creations, unless another declaration of the same pattern takes `create`.
 * @param pattern    segments joined by `/`: literals, `:name` for one segment, `*name` for the rest (it may be empty
 *                   only when written `*name?`). `""` is the mount itself. The most specific pattern wins.
 *
 * @example
 * @OnPath('update', 'roles/:name', { help: 'Makes or changes a role.', body: RoleBody, exists: 'hasRole' })
 * async writeRole(request: EngineRequest<RoleBody>, storage: StorageView): Promise<undefined> {
 *   await writeJson(storage, `role/${param(request, 'name')}`, { ttl: request.body.ttl ?? 0 });
 * }
 */
export function OnPath(operations: Operation | readonly Operation[], pattern: string, options: PathOptions) {
  return <T extends PathHandler>(prototype: object, method: string, _descriptor: TypedPropertyDescriptor<T>): void => {
    const own = Reflect.getOwnMetadata(PATHS, prototype.constructor) as PathDeclaration[] | undefined;
    const declarations = own ?? [...pathsOf(prototype.constructor)];
    declarations.push({ ...options, operations: [operations].flat() as Operation[], pattern, method });
    Reflect.defineMetadata(PATHS, declarations, prototype.constructor);
  };
}

/** All paths that an engine class declares, in order of declaration. */
export function pathsOf(engineClass: object): readonly PathDeclaration[] {
  return (Reflect.getMetadata(PATHS, engineClass) as PathDeclaration[] | undefined) ?? [];
}
