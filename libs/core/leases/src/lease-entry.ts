import type { GrantOrigin, LeaseGrant } from '@tidelock/engine-api';
import { parseJson, randomBase62, stringifyJson } from '@tidelock/kernel';
import { type LocalReader, type LocalTables, NEVER_DUE, unlessDamaged } from '@tidelock/store';

/** A secret with a lifetime. Times in ms since the Unix epoch, lives in seconds. */
export interface LeaseEntry {
  /** `<mount path><path>/<24 base62>`. */
  readonly id: string;
  /** Id of the token that it goes with; `""`: of a batch token that has no parent. */
  readonly token: string;
  /** Accessor of the mount that gave the secret. */
  readonly mount: string;
  /** When it is due: to expire, or to be tried again; `NEVER_DUE` = irrevocable. */
  readonly expiresAt: number;
  readonly issuedAt: number;
  /** 0 = never renewed. */
  readonly lastRenewal: number;
  readonly ttlSeconds: number;
  readonly renewable: boolean;
  /** Expiry of a batch token, which has no row to look it up in; 0 = no such bound. */
  readonly notAfter: number;
  /** What the engine needs to renew or revoke the secret. */
  readonly internal: Readonly<Record<string, unknown>>;
  /** Attempts to undo the secret that went wrong. */
  readonly failures: number;
  /** Since when it is over, where its secret is still to be undone; 0 = it is not. */
  readonly endedAt: number;
  readonly lastError: string;
  /** WAL index of the primary's change that made the secret, where that may still be on its way. */
  readonly madeBy?: number;
  /** Its mount was gone when its secret was to be undone. */
  readonly mountGone?: true;
  /** Its row was changed outside the barrier: what it was for is not known any more. */
  readonly damaged?: true;
}

/** Of a lease that nobody has renewed, or tried to undo. */
const UNTRIED = { lastRenewal: 0, failures: 0, endedAt: 0, lastError: '' };

/** What becomes of a grant. */
export const newLease = (
  { path, mount, now }: GrantOrigin,
  { renewable, internal }: LeaseGrant,
  life: Pick<LeaseEntry, 'token' | 'expiresAt' | 'ttlSeconds' | 'notAfter'>,
): LeaseEntry => ({
  id: `${path.replace(/\/+$/, '')}/${randomBase62(24)}`,
  mount: mount.accessor,
  ...life,
  ...UNTRIED,
  issuedAt: now,
  renewable,
  internal,
});

export function leaseRow(entry: LeaseEntry): LocalTables['lease'] {
  const { id, token, expiresAt, mount, ...kept } = entry;
  return { id, token, expires_at: expiresAt, mount, value: Buffer.from(stringifyJson(kept), 'utf8') };
}

/** What is kept sealed. */
type Kept = Omit<LeaseEntry, 'id' | 'token' | 'expiresAt' | 'mount'>;

const columnsOf = ({ id, token, expires_at: expiresAt, mount }: Omit<LocalTables['lease'], 'value'>) => ({
  id,
  token,
  expiresAt,
  mount,
});

/** The lease. Of a damaged row only what its key columns say, as a lease that can be undone by nobody but a person. */
export async function readLease(local: LocalReader, leaseId: string): Promise<LeaseEntry | undefined> {
  const row = await unlessDamaged(local.row('lease', leaseId));
  if (row !== undefined) return { ...(parseJson(row.value.toString('utf8')) as Kept), ...columnsOf(row) };
  const [head] = await local.heads('lease', { column: 'id', equals: leaseId });
  if (head === undefined) return undefined;
  const lost = { issuedAt: 0, ttlSeconds: 0, renewable: false, notAfter: 0, internal: {} };
  return { ...UNTRIED, ...lost, ...columnsOf(head), failures: 1, damaged: true };
}

/** Still valid: neither expired nor waiting to be undone. */
export const isLive = (entry: LeaseEntry, now: number): boolean =>
  entry.failures === 0 && entry.endedAt === 0 && entry.expiresAt > now;

/** Why nobody can revoke a lease, and what to do. */
export const MOUNT_GONE =
  'its mount is gone from this cluster: it was removed or moved away on the primary, or is hidden by a paths filter; ' +
  'undo the secret by hand and drop the lease by sys/leases/revoke-force; if the mount comes back, the lease is revoked by itself';

/** When it ended, or ends now. */
export const endOf = ({ endedAt, expiresAt }: LeaseEntry, now: number): number => endedAt || Math.min(now, expiresAt);

/** Over and irrevocable: its mount is gone. */
export const withoutMount = (entry: LeaseEntry, now: number): LeaseEntry => ({
  ...entry,
  expiresAt: NEVER_DUE,
  endedAt: endOf(entry, now),
  lastError: MOUNT_GONE,
  mountGone: true,
});

/** Over and due: there is somebody to undo its secret again. */
export const mountedAgain = ({ mountGone: _, ...entry }: LeaseEntry, now: number): LeaseEntry => ({
  ...entry,
  expiresAt: now,
  endedAt: endOf(entry, now),
  failures: 0,
});

/** The request path that made the lease: its id without the random end. */
export const pathOfLease = (leaseId: string): string => leaseId.slice(0, Math.max(0, leaseId.lastIndexOf('/')));
