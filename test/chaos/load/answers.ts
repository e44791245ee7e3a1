import type { ApiAnswer } from '../../harness/api';
import type { Outcome } from '../history/operation';

/** A 5xx, or none at all, leaves open whether anything was done. */
export function outcomeOf(answer: ApiAnswer | undefined, isRead: boolean): Outcome {
  if (answer === undefined || answer.status >= 500) return 'unknown';
  if (answer.status < 300) return 'done';
  return isRead && answer.status === 404 ? 'done' : 'refused';
}

/** The replicated index in an `X-Vault-Index`: base64 of `v1:<cluster id>:<local>:<replicated>:<hmac>`. */
export function indexOf(answer: ApiAnswer | undefined): number | undefined {
  const header = answer?.headers.get('x-vault-index');
  return header ? Number(Buffer.from(header, 'base64').toString().split(':')[3]) : undefined;
}

/** A forwarded write says so when it has not come back in time. */
export const isStale = (answer: ApiAnswer | undefined): boolean =>
  Array.isArray(answer?.body?.warnings) && answer.body.warnings.some((text: string) => text.startsWith('Timeout hit'));
