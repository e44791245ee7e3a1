import type { Asking, LeaseGrant, LeaseRenewal, RenewedLease } from '@tidelock/engine-api';
import { askEngine, type LeasedEngine, type LeasedEngines } from '@tidelock/core/mounts';
import { renewToken, type TokenEntry } from '@tidelock/core/tokens';
import { badRequest } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { engineOfLease } from './lease-engine';
import { isLive, type LeaseEntry, leaseRow, readLease } from './lease-entry';
import { lifeOfLease } from './lease-life';

export interface RenewalOrder extends LeaseRenewal {
  readonly asking: Asking;
}

/** Lets the engine extend its secret. @throws {TidelockError} INVALID_REQUEST when there is nothing to renew. */
export async function renewLease(
  unit: UnitOfWork,
  engines: LeasedEngines,
  renewal: RenewalOrder,
): Promise<RenewedLease> {
  const { leaseId, asking } = renewal;
  const { now } = asking;
  const entry = await readLease(unit.local, leaseId);
  if (entry === undefined) throw badRequest('lease not found');
  if (!isLive(entry, now)) throw badRequest('lease expired');
  const { engine: at } = await engineOfLease(engines, unit, entry);
  const grant = entry.renewable ? await granted(unit, entry, at, renewal) : undefined;
  if (at === undefined || grant === undefined) throw badRequest('lease is not renewable');
  const life = lifeOfLease(grant, at.mount, { issuedAt: entry.issuedAt, now, notAfter: await endOfToken(unit, entry) });
  if (life.ttlSeconds <= 0) throw badRequest('past the max TTL, cannot renew');
  unit.local.put(
    'lease',
    leaseRow({
      ...entry,
      expiresAt: life.expiresAt,
      lastRenewal: now,
      internal: grant.internal,
      renewable: grant.renewable,
    }),
  );
  return { leaseId, ttlSeconds: life.ttlSeconds, renewable: grant.renewable, warnings: life.warnings };
}

async function granted(
  unit: UnitOfWork,
  entry: LeaseEntry,
  at: LeasedEngine | undefined,
  { leaseId, incrementSeconds, asking }: RenewalOrder,
): Promise<LeaseGrant | undefined> {
  if (at === undefined) return undefined;
  return askEngine(at, { unit, asking }, async (context) =>
    at.instance.renewLease?.({ ...entry, leaseId }, { ...context, incrementSeconds }),
  );
}

async function endOfToken(unit: UnitOfWork, entry: LeaseEntry): Promise<number> {
  if (entry.notAfter > 0) return entry.notAfter;
  return (await unit.local.row('token', entry.token))?.expires_at ?? 0;
}

/** A login's token renewed through its lease: the token itself is not shown. */
export async function renewTokenLease(
  unit: UnitOfWork,
  engines: LeasedEngines,
  token: TokenEntry,
  { leaseId, ...renewal }: RenewalOrder,
): Promise<RenewedLease> {
  const { auth, warnings } = await renewToken(unit, engines, token, { ...renewal, clientToken: '' });
  return { leaseId, ttlSeconds: auth.lease_duration, renewable: auth.renewable, warnings };
}
