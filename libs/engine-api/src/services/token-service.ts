import type { AskingWithin } from '../request/mount-context';
import type { AuthBlock, AuthGrant } from '../request/response';
import type { Caller, MountView, RequestScope } from '../request/request';
import type { Subject } from '../request/subject';

/** Where a token's cubbyhole lies in the storage of the cubbyhole mount; it is emptied when the token goes. */
export const cubbyholePrefix = (tokenId: string): string => `${tokenId}/`;

/** The request that a lease or a token is given for. */
export interface GrantOrigin {
  /** Full request path, kept with the grant: `auth/userpass/login/tester`. */
  readonly path: string;
  /** Its default and maximum lease TTL bound the grant's life. */
  readonly mount: MountView;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/** The request that a token is made for, and under whom. */
export interface TokenOrigin extends GrantOrigin {
  /** Id of the parent token; absent: an orphan. */
  readonly parentId?: string;
  /** Token role, `auth/token/create/<role>`. */
  readonly role?: string;
  readonly entityId?: string;
  /** The token itself, where the caller may choose it. */
  readonly clientToken?: string;
}

/** A token as its holder, or the holder of its accessor, may see it. Times in ms. */
export interface TokenFacts {
  /** Salted hash, 64 hex digits: names the token in the calls of this service; never shown to clients. */
  readonly id: string;
  /** Empty for batch tokens. */
  readonly accessor: string;
  readonly type: 'service' | 'batch';
  /** Sorted. */
  readonly policies: readonly string[];
  readonly meta: Readonly<Record<string, string>> | null;
  readonly displayName: string;
  /** Where it was made: `auth/userpass/login/tester`. */
  readonly path: string;
  /** Token role it was made with; `""` = none. */
  readonly role: string;
  readonly entityId: string;
  readonly orphan: boolean;
  readonly renewable: boolean;
  /** Uses left; 0 = unlimited. */
  readonly numUses: number;
  readonly creationTime: number;
  /** 0 = never renewed. */
  readonly lastRenewalTime: number;
  /** `null`: never. */
  readonly expiresAt: number | null;
  /** As granted at creation. */
  readonly ttlSeconds: number;
  readonly explicitMaxTtlSeconds: number;
  readonly periodSeconds: number;
  readonly boundCidrs: readonly string[];
}

export interface TokenRenewal {
  readonly token: TokenFacts;
  /** Shown in the answer; `""` when the caller only knows the accessor. */
  readonly clientToken: string;
  /** 0 = as long as it was granted for. */
  readonly incrementSeconds: number;
}

export interface RenewedToken {
  readonly auth: AuthBlock;
  readonly warnings: readonly string[];
}

/** The cluster's own tokens, in the request's transaction. Tokens that expired or were revoked are not there. */
export abstract class TokenService {
  abstract find(scope: RequestScope, clientToken: string, now: number): Promise<TokenFacts | undefined>;
  /**
   * The token that makes the request, although this may be its last use.
   * @throws {TidelockError} PERMISSION_DENIED `bad token` when it was revoked meanwhile.
   */
  abstract ofCaller(scope: RequestScope, caller: Caller): Promise<TokenFacts>;
  abstract findByAccessor(scope: RequestScope, accessor: string, now: number): Promise<TokenFacts | undefined>;
  /** Accessors of all live service tokens. */
  abstract accessors(scope: RequestScope, now: number): Promise<string[]>;

  /**
   * Makes a token. Who may have which policies is the caller's to check.
   *
   * @throws {TidelockError} INVALID_REQUEST for a token that exists, or what batch tokens cannot have.
   */
  abstract create(scope: RequestScope, grant: AuthGrant, origin: TokenOrigin): Promise<RenewedToken>;

  /**
   * Extends a token's life, as its auth method and the maxima allow.
   *
   * @throws {TidelockError} INVALID_REQUEST: `lease is not renewable`.
   */
  abstract renew(asking: AskingWithin, renewal: TokenRenewal): Promise<RenewedToken>;

  /** Ends the token with its descendants, their leases and cubbyholes. An unknown id is no error. */
  abstract revoke(scope: RequestScope, tokenId: string, now: number): Promise<void>;
  /** As `revoke`, but the children live on as orphans. */
  abstract revokeOrphan(scope: RequestScope, tokenId: string, now: number): Promise<void>;

  /** Starts removing what dead tokens left behind; does not wait for the end. */
  abstract tidy(): void;

  /** As whom the holder of a live token is judged. @throws {TidelockError} PERMISSION_DENIED: `bad token`. */
  abstract subjectOfToken(token: string, now: number): Promise<Subject>;
  /** @throws {TidelockError} INVALID_REQUEST: `invalid accessor`. */
  abstract subjectOfAccessor(accessor: string, now: number): Promise<Subject>;
}
