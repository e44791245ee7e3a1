import type { ReplicationMode, SealStatus } from '@tidelock/engine-api';
import { badRequest, parseDurationSeconds } from '@tidelock/kernel';

type Query = Readonly<Record<string, unknown>>;

export interface HealthFacts extends Pick<SealStatus, 'initialized' | 'sealed'> {
  readonly mode: ReplicationMode;
  readonly lagSeconds: number | undefined;
}

/**
 * The HTTP status of `sys/health`: Vault's, or what the query wants instead (`sealedcode=299`). A code of a state this
 * server never has (`standbycode`, `drsecondarycode`, …) is checked all the same.
 *
 * `max_lag=10s` answers 503 (`laggingcode`) on a secondary that is further behind its primary, or does not know how far.
 *
 * @throws {TidelockError} INVALID_REQUEST.
 */
export function healthStatus(facts: HealthFacts, query: Query): number {
  const codes = Object.fromEntries(Object.keys(query).filter((name) => name.endsWith('code')).map((name) => [name, codeOf(query, name)]));
  const maxLag = maxLagOf(query);
  if (!facts.initialized) return codes['uninitcode'] ?? 501;
  if (facts.sealed) return codes['sealedcode'] ?? 503;
  if (isBehind(facts, maxLag)) return codes['laggingcode'] ?? 503;
  return codes['activecode'] ?? 200;
}

function codeOf(query: Query, name: string): number {
  const text = String(query[name]);
  if (!/^[2-5]\d\d$/.test(text)) throw badRequest(`${name} must be an HTTP status between 200 and 599`);
  return Number(text);
}

function maxLagOf(query: Query): number {
  if (!('max_lag' in query)) return Infinity;
  const seconds = parseDurationSeconds(query['max_lag'], 'max_lag');
  if (seconds < 0) throw badRequest('max_lag cannot be negative');
  return seconds;
}

function isBehind({ mode, lagSeconds }: HealthFacts, maxLag: number): boolean {
  if (maxLag === Infinity || (mode !== 'secondary' && mode !== 'bootstrapping')) return false;
  return mode === 'bootstrapping' || lagSeconds === undefined || lagSeconds > maxLag;
}
