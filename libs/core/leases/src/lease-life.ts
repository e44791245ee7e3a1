import type { LeaseGrant, MountView } from '@tidelock/engine-api';
import { lifeWithin } from '@tidelock/core/tokens';

export interface LeaseSpan {
  /** ms, as all of these. */
  readonly issuedAt: number;
  readonly now: number;
  /** Expiry of the token; 0 = it has none. */
  readonly notAfter: number;
}

/** How long a leased secret lives from now on: what the engine grants, within the mount's and the token's bounds. */
export function lifeOfLease(grant: LeaseGrant, mount: MountView, { issuedAt, now, notAfter }: LeaseSpan) {
  const { ttlSeconds, warnings } = lifeWithin(
    {
      requestedSeconds: grant.ttlSeconds,
      defaultSeconds: mount.defaultLeaseTtlSeconds,
      mountMaxSeconds: mount.maxLeaseTtlSeconds,
      maxSeconds: grant.maxTtlSeconds,
    },
    issuedAt,
    now,
  );
  const wanted = now + ttlSeconds * 1000;
  const expiresAt = notAfter === 0 ? wanted : Math.min(wanted, notAfter);
  return { ttlSeconds: Math.floor((expiresAt - now) / 1000), expiresAt, warnings };
}
