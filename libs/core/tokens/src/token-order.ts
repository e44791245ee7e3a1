import {
  type AuthBlock,
  type AuthGrant,
  type MountView,
  sanitisePolicies,
  type TokenOrigin,
} from '@tidelock/engine-api';
import { badRequest, randomBase62, TidelockError } from '@tidelock/kernel';
import type { TokenEntry, TokenType } from './token-entry';
import { lifeWithin } from './ttl';

const SERVICE_PREFIX = 'hvs.';
const TOKEN_LENGTH = 24;
const ACCESSOR_LENGTH = 24;

export const newServiceToken = (): string => SERVICE_PREFIX + randomBase62(TOKEN_LENGTH);

/** An entry without the id, which hangs on the token itself. */
export type UnnamedToken = Omit<TokenEntry, 'id'>;

/** A token that the service makes by itself: without a parent and limits, and not renewable. */
export const bareToken = (
  what: Pick<UnnamedToken, 'path' | 'policies' | 'expiresAt' | 'creationTime'> & Partial<UnnamedToken>,
): UnnamedToken => ({
  type: 'service',
  accessor: randomBase62(ACCESSOR_LENGTH),
  parent: null,
  meta: null,
  displayName: '',
  numUses: 0,
  ttlSeconds: 0,
  explicitMaxTtlSeconds: 0,
  periodSeconds: 0,
  maxTtlSeconds: 0,
  lastRenewalTime: 0,
  renewable: false,
  role: '',
  boundCidrs: [],
  entityId: '',
  internal: {},
  ...what,
});

/** The mount has a say in the type of its tokens: `service` and `batch` decide, `default-…` let the grant choose. */
function tokenTypeOf(asked: AuthGrant['tokenType'], ofMount: MountView['tokenType'] = 'default-service'): TokenType {
  if (ofMount === 'service' || ofMount === 'batch') return ofMount;
  if (asked === 'service' || asked === 'batch') return asked;
  if (asked === 'default-service' || asked === 'default-batch') return asked === 'default-batch' ? 'batch' : 'service';
  return ofMount === 'default-batch' ? 'batch' : 'service';
}

/**
 * The token that a grant amounts to: policies put in order, life capped by method, mount and system.
 *
 * @throws {TidelockError} INVALID_REQUEST where batch tokens cannot be what was asked for.
 */
export function tokenFromGrant(
  grant: AuthGrant,
  origin: TokenOrigin,
): { token: UnnamedToken; warnings: readonly string[] } {
  const { path, mount, now } = origin;
  const policies = sanitisePolicies(grant.policies, !grant.noDefaultPolicy);
  const type = tokenTypeOf(grant.tokenType, mount.tokenType);
  if (type === 'batch') refuseForBatch(grant, policies);
  const life = lifeOf(grant, origin, policies);
  const token: UnnamedToken = {
    type,
    path,
    policies,
    accessor: type === 'batch' ? '' : randomBase62(ACCESSOR_LENGTH),
    parent: origin.parentId ?? null,
    expiresAt: life.ttlSeconds === 0 ? null : now + life.ttlSeconds * 1000,
    meta: grant.metadata,
    displayName: grant.displayName,
    ...limitsOf(grant),
    ttlSeconds: life.ttlSeconds,
    creationTime: now,
    lastRenewalTime: 0,
    renewable: grant.renewable && type === 'service' && life.ttlSeconds > 0,
    role: origin.role ?? '',
    entityId: origin.entityId ?? '',
  };
  return { token, warnings: life.warnings };
}

const limitsOf = (grant: AuthGrant) => ({
  numUses: grant.numUses ?? 0,
  explicitMaxTtlSeconds: grant.explicitMaxTtlSeconds ?? 0,
  periodSeconds: grant.periodSeconds ?? 0,
  maxTtlSeconds: grant.maxTtlSeconds ?? 0,
  boundCidrs: grant.boundCidrs ?? [],
  internal: grant.internal ?? {},
});

/** 0 for a root token without limits: it never expires. */
function lifeOf(grant: AuthGrant, { mount, now }: TokenOrigin, policies: readonly string[]) {
  const limited = grant.ttlSeconds || grant.periodSeconds || grant.explicitMaxTtlSeconds;
  if (policies.includes('root') && !limited) return { ttlSeconds: 0, warnings: [] };
  return lifeWithin(boundsOf(grant, mount, grant.ttlSeconds), now, now);
}

export const boundsOf = (grant: AuthGrant, mount: MountView, requestedSeconds: number) => ({
  requestedSeconds,
  defaultSeconds: grant.ttlSeconds || mount.defaultLeaseTtlSeconds,
  mountMaxSeconds: mount.maxLeaseTtlSeconds,
  maxSeconds: grant.maxTtlSeconds ?? 0,
  explicitMaxSeconds: grant.explicitMaxTtlSeconds ?? 0,
  periodSeconds: grant.periodSeconds ?? 0,
});

function refuseForBatch(grant: AuthGrant, policies: readonly string[]): void {
  const refused = [
    ['period', grant.periodSeconds],
    ['num_uses', grant.numUses],
    ['explicit_max_ttl', grant.explicitMaxTtlSeconds],
  ].find(([, value]) => value);
  if (refused) throw badRequest(`batch tokens cannot have "${refused[0]}" set`);
  if (policies.includes('root')) throw badRequest('batch tokens cannot be root tokens');
}

/** What the client gets to see of a token. `lease_duration` counts from `now` (ms). */
export function authBlockOf(token: UnnamedToken, clientToken: string, now: number): AuthBlock {
  return {
    client_token: clientToken,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.meta,
    lease_duration: token.expiresAt === null ? 0 : Math.max(0, Math.floor((token.expiresAt - now) / 1000)),
    renewable: token.renewable,
    entity_id: token.entityId,
    token_type: token.type,
    orphan: token.parent === null,
    mfa_requirement: null,
    num_uses: Math.max(0, token.numUses),
  };
}

/** The grant that a token came from, for the method that is asked to renew it. */
export const grantOf = (entry: TokenEntry): AuthGrant => ({
  displayName: entry.displayName,
  policies: entry.policies,
  noDefaultPolicy: !entry.policies.includes('default'),
  metadata: entry.meta,
  ttlSeconds: entry.ttlSeconds,
  maxTtlSeconds: entry.maxTtlSeconds,
  explicitMaxTtlSeconds: entry.explicitMaxTtlSeconds,
  periodSeconds: entry.periodSeconds,
  numUses: entry.numUses,
  renewable: entry.renewable,
  tokenType: entry.type,
  boundCidrs: entry.boundCidrs,
  internal: entry.internal,
});

export const deniedToken = (): TidelockError => new TidelockError('PERMISSION_DENIED', 'bad token');
