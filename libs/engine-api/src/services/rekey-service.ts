import type { KeyHolder } from './key-holder';

/** A rekey that runs, or none. */
export interface RekeyStatus {
  readonly started: boolean;
  /** `""` without one. */
  readonly nonce: string;
  /** Threshold and number of the new shares. */
  readonly t: number;
  readonly n: number;
  readonly progress: number;
  /** Old shares needed. */
  readonly required: number;
  readonly verificationRequired: boolean;
  /** `""` unless the new shares wait for their verification. */
  readonly verificationNonce: string;
}

export interface NewRekey {
  readonly shares: number;
  readonly threshold: number;
  /** The new shares count only once enough of them were given back (`verify`). */
  readonly requireVerification: boolean;
}

export interface RekeyProgress extends RekeyStatus {
  readonly complete: boolean;
  /** New unseal shares, hex; empty until complete. */
  readonly keys: readonly string[];
  readonly keysBase64: readonly string[];
}

/** The verification of new shares. */
export interface VerificationStatus {
  readonly nonce: string;
  readonly t: number;
  readonly n: number;
  readonly progress: number;
  readonly complete: boolean;
}

/** A new root key behind new unseal shares, and a new data key under it. Nothing is encrypted anew. Only where replicated state is written. */
export abstract class RekeyService {
  abstract status(): Promise<RekeyStatus>;
  /**
   * Displaces a rekey that was begun without a trusted token, where this one is begun with one.
   *
   * @throws {TidelockError} INVALID_REQUEST: `rekey already in progress`, `invalid rekey seal configuration: …`; RATE_LIMITED.
   */
  abstract start(rekey: NewRekey, by: KeyHolder): Promise<RekeyStatus>;
  /** @param nonce as for `RootGenerationService.cancel`. @throws {TidelockError} INVALID_REQUEST, RATE_LIMITED. */
  abstract cancel(nonce: string, by: KeyHolder): Promise<void>;
  /** Takes one old share; a wrong one changes nothing. @throws {TidelockError} INVALID_REQUEST with Vault's texts, RATE_LIMITED. */
  abstract update(key: string, nonce: string, by: KeyHolder): Promise<RekeyProgress>;
  /** @throws {TidelockError} INVALID_REQUEST: `no rekey configuration found`. */
  abstract verification(): Promise<VerificationStatus>;
  /** Takes one new share; a wrong one changes nothing. @throws {TidelockError} INVALID_REQUEST with Vault's texts, RATE_LIMITED. */
  abstract verify(key: string, nonce: string, by: KeyHolder): Promise<VerificationStatus>;
  /** Starts the verification over, under a new nonce. @param nonce the verification's, as for `cancel`. */
  abstract restartVerification(nonce: string, by: KeyHolder): Promise<VerificationStatus>;
}
