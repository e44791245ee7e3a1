import 'reflect-metadata';
import type { BackgroundTask, EngineContext, LeasedSecret, MountContext, RenewContext } from './request/mount-context';
import type { EngineRequest } from './request/request';
import type { AuthGrant, LeaseGrant } from './request/response';
import type { EngineKind } from './services/mount-service';
import type { Intent } from './services/outside';
import type { StorageView } from './request/storage-view';

export interface EngineOptions {
  readonly kind: EngineKind;
  /** The mount's `type`: `kv`, `userpass`. */
  readonly type: string;
  /** Which `options.version` this class serves, where a type has several (`kv`). */
  readonly version?: string;
  /** Other types under which clients mount it (`kv-v2`). The mount has `type`, and `version` among its options, in their place. */
  readonly aliases?: readonly string[];
  /** One paragraph for `?help=1` at the mount's root. */
  readonly help: string;
  /** Key prefixes that stay on this cluster even when the mount is replicated. */
  readonly localPrefixes?: readonly string[];
  /** Mounted by the service itself and by nobody else (`sys/`, `cubbyhole/`, `identity/`, `auth/token/`). */
  readonly singleton?: boolean;
}

/**
 * What the service may ask of an engine besides its paths. All are optional.
 *
 * @typeParam State what the engine keeps in memory for one mount: caches, pools, counters. It comes from `open`, is handed to all that
 *   serves the mount, and ends with `close`. One engine object serves all mounts of its type, so it keeps nothing of a mount itself.
 */
export interface EngineLifecycle<State = unknown> {
  /**
   * The mount is here from now on: after an unseal, or because a request or the stream brought it. Requests to it wait, so it asks nobody
   * outside; it reads at most.
   */
  open?(at: MountContext): Promise<State> | State;
  /** The mount is no longer served: it was disabled, the cluster seals, or its storage was away. No request, no stream and no task is under way. */
  close?(state: State): Promise<void> | void;
  /** Stored keys of this mount changed below the engine (a commit here or a replicated one): drop what you cached. `""`: of all keys. */
  invalidate?(state: State, key: string): void;
  readonly background?: readonly BackgroundTask<State>[];
  /** Extends a leased secret. @returns the new grant; its TTLs are capped by the mount's. */
  renewLease?(secret: LeasedSecret, at: RenewContext<State>): Promise<LeaseGrant>;
  /**
   * Undoes a leased secret. Throwing keeps the lease, to be tried again. It may be asked twice, and again on the primary where it changes
   * replicated keys on a secondary. There a secondary says what the secret is: undo only what is known, or named, as this engine's own.
   */
  revokeLease?(secret: LeasedSecret, at: EngineContext<State>): Promise<void>;
  /**
   * Undoes what `Outside.act` may have brought about: its request did not commit, or nobody knows. Whether there was an effect is for the engine to see; it may be
   * asked twice. Throwing has it tried again, with growing pauses.
   */
  undoIntent?(intent: Intent, at: EngineContext<State>): Promise<void>;
  /** An auth method's word on a token renewal: returns the grant as it would be now, or throws to refuse. */
  renewAuth?(grant: AuthGrant, at: RenewContext<State>): Promise<AuthGrant>;
}

export type EngineInstance = EngineLifecycle & object;

const ENGINE = Symbol('tidelock:engine');

/**
 * Marks a Nest provider as a mountable engine or auth method (docs/engines.md).
 *
 * @example
 * @Engine({ kind: 'secret', type: 'notes', help: 'Keeps notes.' })
 * export class NotesEngine {
 *   @OnPath('read', 'notes/:name', { help: 'Reads a note.' })
 *   async read(request: EngineRequest, storage: StorageView): Promise<EngineResponse> { … }
 * }
 */
export function Engine(options: EngineOptions): ClassDecorator {
  return (engineClass) => Reflect.defineMetadata(ENGINE, options, engineClass);
}

export function engineOptions(engineClass: object): EngineOptions {
  const options = Reflect.getMetadata(ENGINE, engineClass) as EngineOptions | undefined;
  if (options === undefined) throw new Error(`${String(engineClass)} lacks @Engine()`);
  return options;
}

/** Signature of a method named by `PathOptions.exists`; the body is as the client sent it. */
export type ExistenceCheck = (request: EngineRequest<never, never>, storage: StorageView) => Promise<boolean>;

const PART = Symbol('tidelock:engine-part');

/**
 * Marks a Nest provider that serves more paths of an engine, for one with too many for one file (`sys/`). An engine and its parts
 * form one path table.
 *
 * @param engineClass the class marked with `@Engine`; another kind or version of the same type has other parts.
 */
export function EnginePart(engineClass: object): ClassDecorator {
  return (partClass) => Reflect.defineMetadata(PART, engineClass, partClass);
}

/** @throws {Error} for a class that is no part of an engine. */
export function engineOfPart(partClass: object): object {
  const engineClass = Reflect.getMetadata(PART, partClass) as object | undefined;
  if (engineClass === undefined) throw new Error(`${String(partClass)} lacks @EnginePart()`);
  return engineClass;
}
