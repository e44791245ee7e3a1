import type { SealConfig } from '@tidelock/barrier';
import type { NewRekey, RekeyStatus, VerificationStatus } from '@tidelock/engine-api';
import type { ShareCollection } from './share-collection';

/** New shares that are out, and wait for their holders to prove that they have them. */
export interface Verification {
  readonly config: SealConfig;
  nonce: string;
  readonly given: ShareCollection;
}

export interface RunningRekey {
  readonly rekey: NewRekey;
  readonly nonce: string;
  /** Old shares given so far. */
  readonly given: ShareCollection;
  unverified?: Verification;
}

const NONE: Omit<RekeyStatus, 'required'> =
  { started: false, nonce: '', t: 0, n: 0, progress: 0, verificationRequired: false, verificationNonce: '' };

export function statusOf(running: RunningRekey | undefined): Omit<RekeyStatus, 'required'> {
  if (running === undefined) return NONE;
  const { rekey, nonce, given, unverified } = running;
  return {
    started: true, nonce, t: rekey.threshold, n: rekey.shares, progress: given.count,
    verificationRequired: rekey.requireVerification, verificationNonce: unverified?.nonce ?? '',
  };
}

export const verificationOf = ({ nonce, config, given }: Verification, complete: boolean): VerificationStatus =>
  ({ nonce, t: config.t, n: config.n, progress: complete ? config.t : given.count, complete });
