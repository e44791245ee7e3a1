import type {
  AuthBlock,
  AuthGrant,
  Caller,
  Connection,
  EngineResponse,
  EntityView,
  GrantOrigin,
  LeaseGrant,
  MountView,
  Operation,
  PathDeclaration,
  StorageView,
  Subject,
  TokenOrigin,
  WrapInfo,
} from '@tidelock/engine-api';
import type { Attempts } from '@tidelock/core/outside';
import type { ResolvedPath } from '@tidelock/core/mounts';
import type { WrapOrder } from '@tidelock/core/wrapping';
import type { Clock, TidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';
import type { ForwardedAnswer, LeaseFacts, RequestContext } from '../request/context';

/** What the steps ask of other rooms. */
export interface Rooms {
  readonly clock: Clock;
  readonly store: Pick<Store, 'begin' | 'position'>;
  /** What a handler asks outside the store. */
  readonly attempts: Pick<Attempts, 'run' | 'requireAnswered'>;
  readonly availability: Availability;
  readonly mounts: MountsRoom;
  readonly tokens: TokensRoom;
  readonly identity: IdentityRoom;
  readonly policies: PoliciesRoom;
  readonly leases: LeasesRoom;
  readonly wrapping: WrappingRoom;
  readonly audit: AuditRoom;
  readonly replica: ReplicaRoom;
}

export interface Availability {
  /** Why ordinary requests cannot be served now (sealed, joining), if they cannot. */
  refusal(): TidelockError | undefined;
}

interface MountsRoom {
  /** Waits for commits that the mount table does not show yet; `undefined`, which is the rule, when there are none. */
  caughtUp(): Promise<void> | undefined;
  /** `help` finds any path. @throws {TidelockError} NO_HANDLER, UNSUPPORTED_PATH or UNSUPPORTED_OPERATION. */
  resolve(path: string, operation: Operation): ResolvedPath;
  /** The paths that are served while sealed: those of the system engine. */
  resolveWhileSealed(path: string, operation: Operation): ResolvedPath | undefined;
  storageOf(unit: UnitOfWork, resolved: ResolvedPath): StorageView;
  /** The removal of the mount overtakes the unit from here on. @throws {TidelockError} NO_HANDLER when the mount is gone. */
  requireMounted(unit: UnitOfWork, resolved: ResolvedPath): Promise<void>;
  checkBody(
    declaration: PathDeclaration,
    raw: Readonly<Record<string, unknown>>,
  ): { body: object; warnings: readonly string[] };
  /** Answer to `?help=1` on a path. */
  help(path: string): EngineResponse;
}

interface TokensRoom {
  authenticate(clientToken: string, connection: Connection, now: number): Promise<Caller | undefined>;
  /** @returns whether it was the last use. */
  consumeUse(unit: UnitOfWork, caller: Caller): Promise<boolean>;
  /** After a request whose token had its last use. */
  revokeSpent(caller: Caller, now: number): Promise<void>;
  createFromGrant(unit: UnitOfWork, grant: AuthGrant, origin: TokenOrigin): Promise<AuthBlock>;
}

/** Who stands behind tokens and logins. */
export interface IdentityRoom {
  /** For a token, with the policies that it has itself. Answers from this cluster's own records. */
  subjectOf(caller: Pick<Caller, 'policies' | 'entityId'>): Promise<Subject>;
  /**
   * The entity of a login, by its alias at this mount: made if there is none, and the same one however often it is asked for.
   * Called with no unit of work open; on a secondary the primary makes it, and this returns once it has come.
   */
  entityOf(grant: AuthGrant, mount: MountView): Promise<EntityView | undefined>;
}

export interface AccessRequest {
  readonly path: string;
  readonly operation: Operation;
  readonly data: Readonly<Record<string, unknown>>;
  readonly wrapTtlSeconds?: number;
  readonly sudo: boolean;
}

interface PoliciesRoom {
  aclOf(subject: Subject): Promise<{ allows(request: AccessRequest): boolean }>;
}

interface LeasesRoom {
  /** @param index WAL index of the primary's change that made the secret, where it was made there. */
  register(
    unit: UnitOfWork,
    caller: Caller,
    origin: GrantOrigin,
    grant: LeaseGrant,
    index?: number,
  ): Promise<LeaseFacts>;
  /**
   * Has a secret undone that nobody gets, soon, in a transaction of its own.
   *
   * @param index WAL index of the primary's change that made it.
   */
  giveBack(origin: GrantOrigin, grant: LeaseGrant, index: number): Promise<void>;
}

interface WrappingRoom {
  wrap(unit: UnitOfWork, what: WrapOrder): Promise<WrapInfo>;
}

export interface AuditRoom {
  readonly hasDevices: boolean;
  /** @throws {TidelockError} INTERNAL when devices are enabled and none of them could write. */
  request(context: RequestContext): Promise<void>;
  response(context: RequestContext): Promise<void>;
}

/** What this cluster is in its replication set, as far as a request is concerned. */
export interface ReplicaRoom {
  /** Replicated state is written elsewhere. */
  readonly isSecondary: boolean;
  /** Runs the request on the primary. @throws {TidelockError} the primary's own error, or FORWARDING_FAILED. */
  forward(context: RequestContext): Promise<ForwardedAnswer>;
  /** Waits until this cluster has applied what the primary committed for the forwarded request. */
  awaitIndex(index: number): Promise<boolean>;
  /**
   * @returns `primary` when a state named by the client has not arrived and the client wishes the primary to answer instead.
   * @throws {TidelockError} REQUIRED_STATE_MISSING when one has not arrived, or is none.
   */
  checkConsistency(
    states: readonly string[],
    headers: RequestContext['incoming']['headers'],
  ): Promise<'here' | 'primary'>;
  /** Value of the `X-Vault-Index` header for a state. */
  stateHeader(localIndex: number, replicatedIndex: number): string;
}
