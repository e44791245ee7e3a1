import type { RekeyProgress, RekeyStatus, VerificationStatus } from '@tidelock/engine-api';

type Answer = Readonly<Record<string, unknown>>;

export const statusAnswer = (status: RekeyStatus): Answer => ({
  nonce: status.nonce,
  started: status.started,
  t: status.t,
  n: status.n,
  progress: status.progress,
  required: status.required,
  pgp_fingerprints: null,
  backup: false,
  verification_required: status.verificationRequired,
  ...(status.verificationNonce !== '' && { verification_nonce: status.verificationNonce }),
});

/** Until the last share the status, then the new shares. */
export function progressAnswer(progress: RekeyProgress): Answer {
  if (!progress.complete) return statusAnswer(progress);
  return {
    nonce: progress.nonce,
    complete: true,
    keys: progress.keys,
    keys_base64: progress.keysBase64,
    pgp_fingerprints: null,
    backup: false,
    verification_required: progress.verificationRequired,
    ...(progress.verificationNonce !== '' && { verification_nonce: progress.verificationNonce }),
  };
}

export const verificationAnswer = ({ nonce, t, n, progress }: VerificationStatus): Answer => ({
  nonce,
  started: true,
  t,
  n,
  progress,
});
