import type { TokenFacts } from '@tidelock/engine-api';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { LocalTables } from '@tidelock/store';

/** Policy of wrapping tokens: good for the wrapping calls and nothing else; nobody can ask for it. */
export const WRAPPING_POLICY = 'response-wrapping';

export type TokenType = TokenFacts['type'];

/** Everything known about a token except the token itself. Times in ms since the Unix epoch, lives in seconds. */
export interface TokenEntry extends Omit<TokenFacts, 'orphan'> {
  /** Id of the parent; `null`: an orphan. */
  readonly parent: string | null;
  /** Uses left; 0 = unlimited, `SPENT` = the last one was taken. */
  readonly numUses: number;
  /** The auth method's own cap; 0 = the mount's. */
  readonly maxTtlSeconds: number;
  /** What the auth method keeps for renewals. */
  readonly internal: Readonly<Record<string, unknown>>;
}

/** `numUses` of a token whose last request is still running. */
export const SPENT = -1;

/** Members of the stored JSON. Those at their default are left out: most tokens are short. */
interface StoredToken {
  readonly policies: readonly string[];
  readonly display_name: string;
  readonly ttl: number;
  readonly creation_time: number;
  readonly type: TokenType;
  readonly meta?: Readonly<Record<string, string>>;
  readonly num_uses?: number;
  readonly explicit_max_ttl?: number;
  readonly period?: number;
  readonly max_ttl?: number;
  readonly last_renewal_time?: number;
  readonly renewable?: boolean;
  readonly role?: string;
  readonly bound_cidrs?: readonly string[];
  readonly entity_id?: string;
  readonly internal?: Readonly<Record<string, unknown>>;
}

const unlessEmpty = <T>(value: T): T | undefined => {
  if (!value || (typeof value === 'object' && Object.keys(value).length === 0)) return undefined;
  return value;
};

/** The part of an entry that is kept sealed. */
export function encodeToken(entry: TokenEntry): Buffer {
  return Buffer.from(
    stringifyJson({
      policies: entry.policies,
      display_name: entry.displayName,
      ttl: entry.ttlSeconds,
      creation_time: entry.creationTime,
      type: entry.type,
      meta: entry.meta ?? undefined,
      num_uses: unlessEmpty(entry.numUses),
      explicit_max_ttl: unlessEmpty(entry.explicitMaxTtlSeconds),
      period: unlessEmpty(entry.periodSeconds),
      max_ttl: unlessEmpty(entry.maxTtlSeconds),
      last_renewal_time: unlessEmpty(entry.lastRenewalTime),
      renewable: unlessEmpty(entry.renewable),
      role: unlessEmpty(entry.role),
      bound_cidrs: unlessEmpty(entry.boundCidrs),
      entity_id: unlessEmpty(entry.entityId),
      internal: unlessEmpty(entry.internal),
    }),
    'utf8',
  );
}

/** Members absent from the stored JSON. */
const DEFAULTS = {
  meta: null,
  num_uses: 0,
  explicit_max_ttl: 0,
  period: 0,
  max_ttl: 0,
  last_renewal_time: 0,
  renewable: false,
  role: '',
  bound_cidrs: [],
  entity_id: '',
  internal: {},
} as const;

type KeyColumns = Pick<TokenEntry, 'id' | 'accessor' | 'parent' | 'path' | 'expiresAt'>;

export function decodeToken(columns: KeyColumns, value: Buffer): TokenEntry {
  const stored = { ...DEFAULTS, ...(parseJson(value.toString('utf8')) as StoredToken) };
  return {
    ...columns,
    type: stored.type,
    policies: stored.policies,
    meta: stored.meta,
    displayName: stored.display_name,
    numUses: stored.num_uses,
    ttlSeconds: stored.ttl,
    explicitMaxTtlSeconds: stored.explicit_max_ttl,
    periodSeconds: stored.period,
    maxTtlSeconds: stored.max_ttl,
    creationTime: stored.creation_time,
    lastRenewalTime: stored.last_renewal_time,
    renewable: stored.renewable,
    role: stored.role,
    boundCidrs: stored.bound_cidrs,
    entityId: stored.entity_id,
    internal: stored.internal,
  };
}

export function toRow(entry: TokenEntry): LocalTables['token'] {
  const { id, accessor, parent, path, expiresAt } = entry;
  return { id, accessor, parent, path, expires_at: expiresAt, value: encodeToken(entry) };
}

export function fromRow(row: LocalTables['token']): TokenEntry {
  const { id, accessor, parent, path, expires_at: expiresAt, value } = row;
  return decodeToken({ id, accessor, parent, path, expiresAt }, value);
}

export const isRootToken = (entry: Pick<TokenEntry, 'policies'>): boolean => entry.policies.includes('root');

/** Not expired, and with a use left. */
export const isAlive = (entry: TokenEntry, now: number): boolean =>
  entry.numUses !== SPENT && (entry.expiresAt === null || entry.expiresAt > now);
