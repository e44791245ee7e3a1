import { type AuthGrant, type Caller, shortName, type TokenFacts } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import type { CreateBody } from './bodies';
import { childPolicies, matchesAny } from './child-policies';
import { NEW_ROLE, type TokenRole } from './token-role';

/** What a token is asked for under. */
export interface TokenRequest {
  readonly body: CreateBody;
  readonly parent: Caller;
  /** The parent as stored. */
  readonly parentFacts: TokenFacts;
  readonly sudo: boolean;
  /** The path itself makes orphans (`create-orphan`). */
  readonly orphanPath: boolean;
  readonly role?: TokenRole;
}

export interface ChildToken {
  readonly grant: AuthGrant;
  readonly orphan: boolean;
}

/**
 * Holds a request for a token to the rules of Vault's "auth/token" API.
 *
 * @throws {TidelockError} INVALID_REQUEST with the rule that it breaks.
 */
export function childToken(request: TokenRequest): ChildToken {
  const { body, parent, parentFacts, orphanPath, role = NEW_ROLE } = request;
  if (parent.type === 'batch') throw badRequest('batch tokens cannot create more tokens');
  if (parent.numUses > 0) throw badRequest('restricted use token cannot generate child tokens');
  refuseWhatNeedsSudo(request);
  refuseNonsense(body);
  const grant: AuthGrant = {
    policies: policiesOf(request, role),
    noDefaultPolicy: true,
    displayName: displayNameOf(body.display_name),
    metadata: body.meta ?? null,
    ...limitsOf(body, role),
    ...aliasOf(body, request.role),
    renewable: body.renewable && role.renewable,
    tokenType: typeOf(body.type, role),
    boundCidrs: role.token_bound_cidrs,
  };
  refuseImmortalChild(grant, parentFacts);
  return { grant, orphan: body.no_parent || orphanPath || role.orphan };
}

const policiesOf = ({ body, parent, sudo, role: named }: TokenRequest, role: TokenRole): string[] =>
  childPolicies(body.policies ?? [], {
    policies: parent.policies,
    isRoot: parent.isRoot,
    sudo,
    noDefaultPolicy: body.no_default_policy || role.token_no_default_policy,
    ...(named && { role: named }),
  });

function refuseWhatNeedsSudo({ body, sudo, orphanPath }: TokenRequest): void {
  if (sudo) return;
  if (body.id) throw badRequest('root or sudo privileges required to specify token id');
  if (body.no_parent || orphanPath) throw badRequest('root or sudo privileges required to create orphan token');
  if (body.period > 0) throw badRequest('root or sudo privileges required to create periodic token');
}

function refuseNonsense({ id, ttl, explicit_max_ttl, period, num_uses }: CreateBody): void {
  shortName(id ?? '', 'custom token ID');
  if (id && /^(?:hv[sbr]|[sbr])\./.test(id)) throw badRequest("custom token ID cannot have the 'hvs.' prefix");
  if (id?.includes('.')) throw badRequest("custom token ID cannot have a '.' character");
  if (ttl < 0) throw badRequest('ttl must be positive');
  if (explicit_max_ttl < 0) throw badRequest('explicit_max_ttl must be positive');
  if (period < 0) throw badRequest('period must be positive');
  if (num_uses < 0) throw badRequest('number of uses cannot be negative');
}

/** The stricter of what was asked for and what the role says; 0 = no such limit. */
const stricter = (asked: number, ofRole: number): number =>
  asked > 0 && ofRole > 0 ? Math.min(asked, ofRole) : asked || ofRole;

const limitsOf = (body: CreateBody, role: TokenRole) => ({
  ttlSeconds: body.ttl,
  explicitMaxTtlSeconds: stricter(body.explicit_max_ttl, role.token_explicit_max_ttl),
  periodSeconds: stricter(body.period, role.token_period),
  numUses: stricter(body.num_uses, role.token_num_uses),
});

/** A role of type `service` or `batch` decides; otherwise the client may choose. */
function typeOf(asked = '', { token_type: ofRole }: TokenRole): 'service' | 'batch' {
  if (!['', 'service', 'batch'].includes(asked)) throw badRequest("invalid 'token_type' value");
  const decided = ofRole.startsWith('default-') && asked !== '' ? asked : ofRole;
  return decided.endsWith('batch') ? 'batch' : 'service';
}

function aliasOf({ entity_alias: name }: CreateBody, role: TokenRole | undefined): Pick<AuthGrant, 'alias'> {
  if (!name) return {};
  if (role === undefined) throw badRequest("'entity_alias' is only allowed in combination with token role");
  if (!matchesAny(name.toLowerCase(), role.allowed_entity_aliases)) throw badRequest("invalid 'entity_alias' value");
  return { alias: { name } };
}

function refuseImmortalChild(grant: AuthGrant, parent: TokenFacts): void {
  const limited = grant.ttlSeconds || grant.periodSeconds || grant.explicitMaxTtlSeconds;
  if (grant.policies.includes('root') && !limited && parent.expiresAt !== null) {
    throw badRequest('expiring root tokens cannot create non-expiring root tokens');
  }
}

function displayNameOf(asked: string): string {
  const plain = asked.replace(/[^a-zA-Z0-9-]/g, '-').replace(/^-+|-+$/g, '');
  return plain === '' || plain === 'token' ? 'token' : `token-${plain}`;
}
