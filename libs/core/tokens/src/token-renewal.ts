import type { Asking, AuthGrant, MountView, RenewedToken, TokenRenewal } from '@tidelock/engine-api';
import { askEngine, type LeasedEngines } from '@tidelock/core/mounts';
import { badRequest } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { authBlockOf, boundsOf, grantOf } from './token-order';
import { isAlive, type TokenEntry, toRow } from './token-entry';
import { lifeWithin } from './ttl';

/** What is asked of a renewal. */
export interface RenewalOrder extends Pick<TokenRenewal, 'clientToken' | 'incrementSeconds'> {
  readonly asking: Asking;
}

/**
 * Extends a token's life: its auth method may refuse or change the bounds, the mount's maximum counts from creation.
 *
 * @throws {TidelockError} INVALID_REQUEST: `lease is not renewable`, and the method's own refusal.
 */
export async function renewToken(
  unit: UnitOfWork,
  engines: Pick<LeasedEngines, 'engineOf'>,
  entry: TokenEntry,
  renewal: RenewalOrder,
): Promise<RenewedToken> {
  const { asking, clientToken, incrementSeconds } = renewal;
  const { now } = asking;
  const at = engines.engineOf(unit, entry.path);
  if (!entry.renewable || entry.expiresAt === null || !isAlive(entry, now) || at === undefined) {
    throw badRequest('lease is not renewable');
  }
  const granted = grantOf(entry);
  const grant = await askEngine(
    at,
    { unit, asking },
    async (context) => (await at.instance.renewAuth?.(granted, { ...context, incrementSeconds })) ?? granted,
  );
  const renewed = extended(entry, grant, at.mount, renewal);
  unit.local.put('token', toRow(renewed.entry));
  return { auth: authBlockOf(renewed.entry, clientToken, now), warnings: renewed.warnings };
}

function extended(entry: TokenEntry, grant: AuthGrant, mount: MountView, { incrementSeconds, asking }: RenewalOrder) {
  const { now } = asking;
  const { ttlSeconds, warnings } = lifeWithin(boundsOf(grant, mount, incrementSeconds), entry.creationTime, now);
  if (ttlSeconds <= 0) throw badRequest('past the max TTL, cannot renew');
  const renewed: TokenEntry = {
    ...entry,
    periodSeconds: grant.periodSeconds ?? 0,
    maxTtlSeconds: grant.maxTtlSeconds ?? 0,
    lastRenewalTime: now,
    expiresAt: now + ttlSeconds * 1000,
  };
  return { entry: renewed, warnings };
}
