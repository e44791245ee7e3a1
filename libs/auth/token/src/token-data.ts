import type { TokenFacts } from '@tidelock/engine-api';
import { rfc3339 } from '@tidelock/kernel';

const unix = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** What a look-up shows of a token. @param id the token itself, `""` when it was found by its accessor. */
export function tokenData(token: TokenFacts, id: string, now: number): Record<string, unknown> {
  const { expiresAt, lastRenewalTime: renewedAt } = token;
  return {
    accessor: token.accessor,
    creation_time: unix(token.creationTime),
    creation_ttl: token.ttlSeconds,
    display_name: token.displayName,
    entity_id: token.entityId,
    expire_time: expiresAt === null ? null : rfc3339(expiresAt),
    explicit_max_ttl: token.explicitMaxTtlSeconds,
    id,
    ...(expiresAt !== null && { issue_time: rfc3339(token.creationTime) }),
    ...(renewedAt > 0 && { last_renewal: rfc3339(renewedAt), last_renewal_time: unix(renewedAt) }),
    meta: token.meta,
    num_uses: token.numUses,
    orphan: token.orphan,
    path: token.path,
    policies: token.policies,
    renewable: token.renewable,
    ttl: expiresAt === null ? 0 : Math.max(0, Math.floor((expiresAt - now) / 1000)),
    type: token.type,
    ...(token.role !== '' && { role: token.role }),
    ...(token.periodSeconds > 0 && { period: token.periodSeconds }),
    ...(token.boundCidrs.length > 0 && { bound_cidrs: token.boundCidrs }),
  };
}
