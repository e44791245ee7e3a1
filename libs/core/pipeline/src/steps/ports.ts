import type { AuthGrant, Caller, EntityView, MountView, Subject } from '@tidelock/engine-api';
import type { LeaseManager } from '@tidelock/core/leases';
import type { RequestRouter } from '@tidelock/core/mounts';
import type { Attempts } from '@tidelock/core/outside';
import type { Acl } from '@tidelock/core/policies';
import type { TokenStore } from '@tidelock/core/tokens';
import type { Wrapping } from '@tidelock/core/wrapping';
import type { Clock, TidelockError } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { ForwardedAnswer, RequestContext } from '../request/context';

/** What the steps ask of other rooms. */
export interface Rooms {
  readonly clock: Clock;
  readonly store: Pick<Store, 'begin' | 'position'>;
  /** What a handler asks outside the store. */
  readonly attempts: Pick<Attempts, 'run' | 'requireAnswered'>;
  readonly availability: Availability;
  readonly mounts: Pick<RequestRouter, keyof RequestRouter>;
  readonly tokens: Pick<TokenStore, 'authenticate' | 'consumeUse' | 'revokeSpent' | 'createFromGrant'>;
  readonly identity: IdentityRoom;
  readonly policies: { aclOf(subject: Subject): Promise<Pick<Acl, 'allows'>> };
  readonly leases: Pick<LeaseManager, 'register' | 'giveBack'>;
  readonly wrapping: Pick<Wrapping, 'wrap'>;
  readonly audit: AuditRoom;
  readonly replica: ReplicaRoom;
}

export interface Availability {
  /** Why ordinary requests cannot be served now (sealed, joining), if they cannot. */
  refusal(): TidelockError | undefined;
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
