import type { Asking, AskingWithin } from '../request/mount-context';
import type { RequestScope } from '../request/request';

/** A lease as its holder may see it. Times in ms. */
export interface LeaseView {
  readonly leaseId: string;
  readonly issuedAt: number;
  /** `null`: a token that never expires. */
  readonly expiresAt: number | null;
  /** `null`: never renewed. */
  readonly lastRenewal: number | null;
  readonly renewable: boolean;
}

export interface LeaseRenewal {
  readonly leaseId: string;
  /** 0 = the mount's default. */
  readonly incrementSeconds: number;
}

export interface RenewedLease {
  readonly leaseId: string;
  readonly ttlSeconds: number;
  readonly renewable: boolean;
  readonly warnings: readonly string[];
}

export interface LeaseCount {
  readonly total: number;
  /** By mount accessor. */
  readonly byMount: Readonly<Record<string, number>>;
}

/** The cluster's own leases; login tokens appear among them (`<path of the login>/h<id of the token>`). */
export abstract class LeaseService {
  /** @throws {TidelockError} INVALID_REQUEST: `invalid lease`. */
  abstract lookup(scope: RequestScope, leaseId: string, now: number): Promise<LeaseView>;
  /** Names directly below `prefix` (empty or ending in `/`), folders with `/`. */
  abstract list(scope: RequestScope, prefix: string): Promise<string[]>;
  /** @throws {TidelockError} INVALID_REQUEST: `lease not found`, `lease expired`, `lease is not renewable`. */
  abstract renew(asking: AskingWithin, renewal: LeaseRenewal): Promise<RenewedLease>;
  /** Undoes the secret and drops the lease, in transactions of its own. An unknown id is no error. */
  abstract revoke(asking: Asking, leaseId: string): Promise<void>;
  /** Lets the sweep do it: the lease is over at once, the secret is undone soon after. */
  abstract revokeLater(leaseId: string, now: number): Promise<void>;
  /**
   * All leases (and tokens made) below `prefix`.
   *
   * @param options `force`: dropped although the engine fails; so is what is left outside by requests that failed, of the mounts below `prefix`. `wait`: `false` lets the sweep do it.
   * @throws {TidelockError} INVALID_REQUEST naming the first lease whose secret could not be undone.
   */
  abstract revokePrefix(
    asking: Asking,
    prefix: string,
    options?: { readonly force?: boolean; readonly wait?: boolean },
  ): Promise<void>;
  abstract count(kind: 'all' | 'irrevocable'): Promise<LeaseCount>;
  /** Starts a sweep that also tries irrevocable leases again. */
  abstract tidy(now: number): void;
}
