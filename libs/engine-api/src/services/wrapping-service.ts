import type { RequestScope } from '../request/request';
import type { WrapInfo } from '../request/response';

/** What is told about a wrapping token without unwrapping it. */
export interface WrappedFacts {
  readonly creationPath: string;
  /** ms. */
  readonly creationTime: number;
  readonly creationTtlSeconds: number;
}

/**
 * Answers kept for whoever holds their single-use token; the tokens may be given as JWT.
 * All methods throw INVALID_REQUEST `wrapping token is not valid or does not exist`, PERMISSION_DENIED for `""`.
 */
export abstract class WrappingService {
  abstract lookup(scope: RequestScope, token: string, now: number): Promise<WrappedFacts>;
  /** The same content under a new token; the old one is dead. */
  abstract rewrap(scope: RequestScope, token: string, now: number): Promise<WrapInfo>;
  /** @returns the wrapped envelope's JSON text, `""` for an answer that was empty. */
  abstract unwrap(scope: RequestScope, token: string, now: number): Promise<string>;
  /** Public half of the key that signs tokens in JWT form: coordinates as decimal text, curve `P-521`. */
  abstract publicKey(scope: RequestScope): Promise<{ readonly x: string; readonly y: string; readonly curve: string }>;
}
