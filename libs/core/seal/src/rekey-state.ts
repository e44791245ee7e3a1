import type { NewRekey, RekeyStatus, VerificationStatus } from '@tidelock/engine-api';
import type { Attempt } from './attempt-slot';
import type { ShareCollection } from './share-collection';
import type { SharesConfig } from './shares-config';

/** New shares that are out, and wait for their holders to prove that they have them. */
export interface Verification {
  readonly config: SharesConfig;
  nonce: string;
  readonly given: ShareCollection;
}

/** A rekey under way, besides the old shares given for it. */
export class RekeyOrder {
  unverified?: Verification;

  constructor(readonly rekey: NewRekey) {}

  forget(): void {
    this.unverified?.given.forget();
  }
}

const NONE: Omit<RekeyStatus, 'required'> = {
  started: false,
  nonce: '',
  t: 0,
  n: 0,
  progress: 0,
  verificationRequired: false,
  verificationNonce: '',
};

export function statusOf(running: Attempt<RekeyOrder> | undefined): Omit<RekeyStatus, 'required'> {
  if (running === undefined) return NONE;
  const {
    nonce,
    given,
    what: { rekey, unverified },
  } = running;
  return {
    started: true,
    nonce,
    t: rekey.threshold,
    n: rekey.shares,
    progress: given.count,
    verificationRequired: rekey.requireVerification,
    verificationNonce: unverified?.nonce ?? '',
  };
}

export const verificationOf = ({ nonce, config, given }: Verification, complete: boolean): VerificationStatus => ({
  nonce,
  t: config.t,
  n: config.n,
  progress: complete ? config.t : given.count,
  complete,
});
