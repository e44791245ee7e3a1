import type { ReplicationMode, SealStatus } from '@tidelock/engine-api';
import { badRequest, parseDurationSeconds } from '@tidelock/kernel';

type Query = Readonly<Record<string, unknown>>;

export interface HealthFacts extends Pick<SealStatus, 'initialized' | 'sealed' | 'standby'> {
  readonly mode: ReplicationMode;
  readonly lagSeconds: number | undefined;
}

/**
 * The HTTP status of `sys/health`: Vault's, or what the query wants instead (`sealedcode=299`). A code of a state this
 * server never has (`performancestandbycode`, `drsecondarycode`, …) is checked all the same.
 *
 * A node without its storage, or without the right to write there, is a standby: 429 (`standbycode`), or as an active one (`standbyok`).
 *
 * `max_lag=10s` answers 503 (`laggingcode`) on a secondary that is further behind its primary, or does not know how far.
 *
 * @throws {TidelockError} INVALID_REQUEST.
 */
export function healthStatus(facts: HealthFacts, query: Query): number {
  const codes = Object.fromEntries(
    Object.keys(query)
      .filter((name) => name.endsWith('code'))
      .map((name) => [name, codeOf(query, name)]),
  );
  const maxLag = maxLagOf(query);
  const [name, usual] = stateOf(facts, maxLag, isSet(query['standbyok']));
  return codes[name] ?? usual;
}

/** What the cluster's state is called in the query, and its usual status. */
function stateOf(facts: HealthFacts, maxLag: number, standbyOk: boolean): [string, number] {
  if (!facts.initialized) return ['uninitcode', 501];
  if (facts.sealed) return ['sealedcode', 503];
  if (facts.standby && !standbyOk) return ['standbycode', 429];
  return isBehind(facts, maxLag) ? ['laggingcode', 503] : ['activecode', 200];
}

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== false && !/^(?:false|f|0)$/i.test(String(value));

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
