import type { KeyHolder } from './key-holder';

/** An attempt to make a root token with unseal keys, or none. */
export interface RootGenerationStatus {
  readonly started: boolean;
  /** `""` without an attempt. */
  readonly nonce: string;
  readonly progress: number;
  /** Shares needed. */
  readonly required: number;
  /** Length of the one-time password, which is a service token's. */
  readonly otpLength: number;
}

export interface RootGenerationProgress extends RootGenerationStatus {
  readonly complete: boolean;
  /** Base64 without padding of token XOR one-time password; `""` until complete. */
  readonly encodedToken: string;
}

/** Making a root token on this cluster with the unseal keys. Works on a secondary, with its primary's keys. */
export abstract class RootGenerationService {
  abstract status(): Promise<RootGenerationStatus>;

  /**
   * Displaces an attempt that was begun without a trusted token, where this one is begun with one.
   *
   * @param otp the client's one-time password; `""` has one made.
   * @returns the password only if it was made here.
   * @throws {TidelockError} INVALID_REQUEST: `root generation already in progress`, `OTP string is wrong length`; RATE_LIMITED.
   */
  abstract start(otp: string, by: KeyHolder): Promise<RootGenerationStatus & { readonly otp: string }>;

  /**
   * No error when there is no attempt.
   *
   * @param nonce the attempt's; a trusted token makes up for it, and is needed where the attempt was begun with one.
   * @throws {TidelockError} INVALID_REQUEST, RATE_LIMITED.
   */
  abstract cancel(nonce: string, by: KeyHolder): Promise<void>;

  /** Takes one share; a wrong one changes nothing. @throws {TidelockError} INVALID_REQUEST with Vault's texts, RATE_LIMITED. */
  abstract update(key: string, nonce: string, by: KeyHolder): Promise<RootGenerationProgress>;

  /** @returns the token behind `encodedToken`. @throws {TidelockError} INVALID_REQUEST. */
  abstract decode(encodedToken: string, otp: string): string;
}
