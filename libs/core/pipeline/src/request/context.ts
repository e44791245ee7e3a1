import type {
  AuthBlock,
  Caller,
  Connection,
  EngineResponse,
  EntityView,
  Operation,
  Subject,
  TokenDemand,
  WrapInfo,
} from '@tidelock/engine-api';
import type { ResolvedPath } from '@tidelock/core/mounts';
import { badRequest, type ForwardingLevel, TidelockError, type Timeliness } from '@tidelock/kernel';
import type { CommitReceipt, UnitOfWork } from '@tidelock/store';
import type { RightOfWay } from '../contention/right-of-way';

/** A request as it came in, whichever way: over HTTP, from a secondary, from a test. */
export interface IncomingRequest {
  readonly id: string;
  readonly operation: Operation;
  /** Without `/v1/`, percent-decoded; a list ends in `/`. */
  readonly path: string;
  /** Body, or query parameters for read, list and delete; empty where the body has yet to be read. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Query parameters of a request that has a body to be read, if it has any. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Reads the body. @throws {TidelockError} REQUEST_TOO_LARGE beyond the limit (bytes), INVALID_REQUEST for what is no JSON object. */
  readonly readBody?: (limit: number) => Promise<Readonly<Record<string, unknown>>>;
  /** Instead, the body as it is, read while it is iterated; of what is `kept` in memory the listener's limit counts, too. @throws {TidelockError} as `readBody`. */
  readonly readBytes?: (limit: number, kept: boolean) => AsyncIterable<Buffer>;
  /** The body, of a path that takes bytes. */
  readonly bytes?: Buffer;
  readonly byteStream?: AsyncIterable<Buffer>;
  /** What is wrong with the request's form: for a caller who may know. */
  readonly refusal?: TidelockError;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** `""` when none was sent. */
  readonly clientToken: string;
  readonly connection: Connection;
  readonly wrap?: { readonly ttlSeconds: number; readonly format?: 'jwt' };
  /** Came in over a listener with `unauthenticated_metrics_access`. */
  readonly openMetrics?: boolean;
  /** Came in over a listener that demands a token for what otherwise needs none. */
  readonly tokenDemands?: readonly TokenDemand[];
  /** `X-Vault-Index` headers. */
  readonly requiredStates: readonly string[];
  readonly forwarded?: ForwardedBy;
  /** Aborted once nobody waits for the answer any more, with the error to end with. */
  readonly gone?: () => AbortSignal;
}

/** Whom a secondary has authenticated, as far as it may tell: names, which the primary judges by its own policies. */
export type ForwardedCaller = Pick<Caller, 'displayName' | 'policies' | 'entityId' | 'metadata'>;

/** Set for a request that a secondary has sent on: who that is, by its certificate, and whom it vouches for. */
export interface ForwardedBy {
  readonly secondaryId: string;
  readonly level: ForwardingLevel;
  /** Full paths of the mounts that it is not given. */
  readonly hidden: readonly string[];
  readonly caller?: ForwardedCaller;
}

export type LeaseFacts = NonNullable<EngineResponse['renewedLease']>;

export interface ForwardedAnswer {
  readonly response: EngineResponse | undefined;
  /** WAL index of the primary's commit; 0 when it changed nothing. */
  readonly index: number;
}

/** One request's way through the steps: what each found out. */
export interface RequestContext {
  /** Has its data from `readBody` on. */
  incoming: IncomingRequest;
  /** What a write is by the engine's own existence check, for the policies and for the record. */
  operation?: Operation;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  resolved?: ResolvedPath;
  /** Why no path was found: told only to callers who may know. */
  unresolved?: unknown;
  caller?: Caller;
  /** There where `caller` is, from `identify` on. */
  subject?: Subject;
  /** The request took the last use of the caller's token. */
  tookLastUse?: boolean;
  /** Of the transaction that is under way. */
  rightOfWay?: RightOfWay;
  /** Renewed for every attempt of the transaction. */
  unit?: UnitOfWork;
  response?: EngineResponse;
  warnings: string[];
  lease?: LeaseFacts;
  auth?: AuthBlock;
  wrapInfo?: WrapInfo;
  receipt?: CommitReceipt;
  /** The client wants the primary's answer: this cluster lacks a state that the client has seen. */
  onPrimary?: boolean;
  /** What the primary answered to the forwarded request; outlives the attempts of the transaction. */
  primaryAnswer?: ForwardedAnswer;
  /** Whose login it is; outlives the attempts of the transaction, like the text that tells one login from another. */
  login?: { readonly of: string; readonly entity: EntityView | undefined };
  /** On the primary, for a forwarded request. */
  timely?: Timeliness;
  /** Index that a forwarded request reached on the primary. */
  forwardedIndex?: number;
  /** What the request failed with, for the audit's response entry. */
  failure?: unknown;
  /** The request entry was written, so a response entry is owed; `false`: no device could write it. */
  audited?: boolean;
}

export function contextOf(incoming: IncomingRequest, now: number): RequestContext {
  return { incoming, now, warnings: [] };
}

/** The resolved path: steps after `resolveMount` may rely on it. */
export function resolvedOf(context: RequestContext): ResolvedPath {
  if (context.resolved === undefined) throw new Error('resolveMount has not run');
  return context.resolved;
}

/** Who is judged: steps after `identify` may rely on it where there is a caller. */
export function subjectOf(context: RequestContext): Subject {
  if (context.subject === undefined) throw new Error('identify has not run');
  return context.subject;
}

/** Whether the path needs no token: by its declaration, unless the listener demands one, or because the listener gives metrics to everybody. */
export function needsNoToken({ resolved, incoming }: Pick<RequestContext, 'resolved' | 'incoming'>): boolean {
  const { unauthenticated = false, openMetrics = false, tokenDemand } = resolved?.declaration ?? {};
  if (tokenDemand !== undefined && incoming.tokenDemands?.includes(tokenDemand)) return false;
  return unauthenticated || (openMetrics && incoming.openMetrics === true);
}

/** @throws {TidelockError} PERMISSION_DENIED without a caller, where the path needs one. */
export function requireCaller(context: Pick<RequestContext, 'resolved' | 'incoming' | 'caller'>): void {
  if (context.caller === undefined && !needsNoToken(context)) throw new TidelockError('PERMISSION_DENIED');
}

/** A stream passes no cluster port. */
export const streamStays = (): TidelockError =>
  badRequest('what is sent here as a stream does not pass between clusters: ask the primary itself');

export function unitOfContext(context: RequestContext): UnitOfWork {
  if (context.unit === undefined) throw new Error('no unit of work outside the transaction');
  return context.unit;
}
