import type { RequestScope } from '../request/request';

/** How passwords are to be made, for engines that make them. */
export abstract class PasswordPolicyService {
  abstract names(scope: RequestScope): Promise<string[]>;
  /** The text as it was written. */
  abstract read(scope: RequestScope, name: string): Promise<string | undefined>;

  /**
   * @param text HCL or JSON, plain or in base64.
   * @throws {TidelockError} INVALID_REQUEST when it is no policy, or no password can meet it.
   */
  abstract write(scope: RequestScope, name: string, text: string): Promise<void>;

  /** A missing one is no error. */
  abstract remove(scope: RequestScope, name: string): Promise<void>;
  /** @throws {TidelockError} NOT_FOUND. */
  abstract generate(scope: RequestScope, name: string): Promise<string>;
}
