import { type ErrorCode, TidelockError } from '@tidelock/kernel';

/** What an activation goes through before anything of the joiner is wiped, in this order. */
export type ActivationStep = 'token' | 'address' | 'TLS' | 'cluster address' | 'broker' | 'topic';

export interface StepFailure {
  readonly code: ErrorCode;
  /** What went wrong; Vault's text where it has one. Never holds a secret. */
  readonly text: string;
  /** Where it was tried. */
  readonly tried: string;
  /** What the operator does next. */
  readonly next: string;
  readonly multi?: boolean;
  readonly cause?: unknown;
}

/** The answer to an activation that failed: which step, where it was tried, and what to do. */
export function stepFailed(step: ActivationStep, { code, text, tried, next, ...more }: StepFailure): TidelockError {
  return new TidelockError(code, {
    ...more,
    text: `${text}; activation stopped at step "${step}" (tried ${tried}), nothing was changed here: ${next}`,
  });
}
