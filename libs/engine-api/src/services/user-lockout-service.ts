import type { MountContext } from '../request/mount-context';

/** One login as a user of a mount. */
export interface LoginAttempt {
  /** As the auth method knows the user: for userpass in lower case. */
  readonly alias: string;
  /** The request, and whence it came: for the log. */
  readonly requestId: string;
  readonly remoteAddress: string;
}

export interface LockedUsers {
  readonly mountAccessor: string;
  /** Sorted. */
  readonly aliases: readonly string[];
}

/** The failed logins of one open mount. */
export interface MountLockout {
  /** @throws {TidelockError} PERMISSION_DENIED while the name is locked. */
  refuseLocked(alias: string): void;

  /**
   * Runs one comparison of credentials for the name. It counts as a failure from its beginning: as many run at a time as may
   * still fail, and the others wait for their end.
   *
   * @param isRight compares; what it throws is neither a failure nor a success.
   * @returns what `isRight` found.
   * @throws {TidelockError} PERMISSION_DENIED while the name is locked.
   */
  attempt(login: LoginAttempt, isRight: () => Promise<boolean>): Promise<boolean>;
}

/** Refuses a name for a while after too many failed logins (Vault concept "User lockout"), on each cluster by itself. */
export abstract class UserLockoutService {
  /** For an auth method's `open`: what is counted ends with the mount. */
  abstract open(at: Pick<MountContext, 'mount' | 'signal'>): MountLockout;

  /** The names that are locked now, by mount. @param mountAccessor of this mount only; the answer has it in any case. */
  abstract locked(mountAccessor?: string): readonly LockedUsers[];

  /** Lets the name log in again. A name that is not locked is no error. */
  abstract unlock(mountAccessor: string, alias: string): void;
}
