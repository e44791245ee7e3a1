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
   * @param otp the client's one-time password; `""` has one made.
   * @returns the password only if it was made here.
   * @throws {TidelockError} INVALID_REQUEST: `root generation already in progress`, `OTP string is wrong length`.
   */
  abstract start(otp: string): Promise<RootGenerationStatus & { readonly otp: string }>;

  /** No error when there is no attempt. */
  abstract cancel(): Promise<void>;

  /** Takes one share. @throws {TidelockError} INVALID_REQUEST with Vault's texts. */
  abstract update(key: string, nonce: string): Promise<RootGenerationProgress>;

  /** @returns the token behind `encodedToken`. @throws {TidelockError} INVALID_REQUEST. */
  abstract decode(encodedToken: string, otp: string): string;
}
