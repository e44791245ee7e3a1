import { badRequest, isCidr } from '@tidelock/kernel';
import { BoolField, DurationField, IntField, StringField, StringListField } from './fields/field';
import { sanitisePolicies } from './policy-names';
import type { MountView } from './request/request';
import type { AuthGrant } from './request/response';

const TOKEN_TYPES = ['default', 'default-service', 'default-batch', 'service', 'batch'] as const;
type TokenType = (typeof TOKEN_TYPES)[number];

/**
 * The `token_*` fields that roles and users of all auth methods have in common (Vault API "Auth methods", any method):
 * a base for their DTOs. Old clients use the short names.
 */
export class TokenParametersBody {
  @StringListField({ aliases: ['policies'], description: 'Policies of the tokens.' })
  token_policies?: string[];

  @DurationField({ aliases: ['ttl'], description: "Life of a token; 0: the mount's default." })
  token_ttl?: number;

  @DurationField({ aliases: ['max_ttl'], description: "How long a token can be renewed; 0: the mount's maximum." })
  token_max_ttl?: number;

  @DurationField({ description: 'Life that no renewal prolongs, whatever else is configured.' })
  token_explicit_max_ttl?: number;

  @DurationField({
    aliases: ['period'],
    description: 'Makes tokens that can be renewed for ever, for this long each time.',
  })
  token_period?: number;

  @IntField({ aliases: ['num_uses'], description: 'How often a token can be used; 0: without limit.' })
  token_num_uses?: number;

  @BoolField({ description: 'Leaves out the policy "default".' })
  token_no_default_policy?: boolean;

  @StringListField({ aliases: ['bound_cidrs'], description: 'Addresses from which one may log in and use a token.' })
  token_bound_cidrs?: string[];

  @StringField({ description: 'default, service, batch, default-service or default-batch.' })
  token_type?: string;
}

/** The fields as an auth method stores them with a role or user, and as a read shows them. Times in seconds. */
export interface TokenParameters extends Readonly<Required<Omit<TokenParametersBody, 'token_type'>>> {
  readonly token_type: TokenType;
}

export const NO_TOKEN_PARAMETERS: TokenParameters = {
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_max_ttl: 0,
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_policies: [],
  token_ttl: 0,
  token_type: 'default',
};

/**
 * The parameters with what was sent put over them.
 *
 * @throws {TidelockError} INVALID_REQUEST when the result makes no sense.
 */
export function withTokenParameters(current: TokenParameters, body: TokenParametersBody): TokenParameters {
  const changed: TokenParameters = {
    token_bound_cidrs: body.token_bound_cidrs ?? current.token_bound_cidrs,
    token_explicit_max_ttl: body.token_explicit_max_ttl ?? current.token_explicit_max_ttl,
    token_max_ttl: body.token_max_ttl ?? current.token_max_ttl,
    token_no_default_policy: body.token_no_default_policy ?? current.token_no_default_policy,
    token_num_uses: body.token_num_uses ?? current.token_num_uses,
    token_period: body.token_period ?? current.token_period,
    token_policies: body.token_policies ? sanitisePolicies(body.token_policies, false) : current.token_policies,
    token_ttl: body.token_ttl ?? current.token_ttl,
    token_type: body.token_type === undefined ? current.token_type : tokenTypeOf(body.token_type),
  };
  refuseContradictions(changed);
  return changed;
}

/** Only the token parameters of a larger record, for an answer. */
export const tokenParametersOf = (record: TokenParameters): TokenParameters =>
  Object.fromEntries(
    Object.keys(NO_TOKEN_PARAMETERS).map((name) => [name, record[name as keyof TokenParameters]]),
  ) as unknown as TokenParameters;

/** What the parameters say about a token to make; the method adds who logged in. */
export function grantOf(parameters: TokenParameters): Omit<AuthGrant, 'displayName' | 'metadata' | 'renewable'> {
  return {
    policies: parameters.token_policies,
    noDefaultPolicy: parameters.token_no_default_policy,
    ttlSeconds: parameters.token_ttl,
    maxTtlSeconds: parameters.token_max_ttl,
    explicitMaxTtlSeconds: parameters.token_explicit_max_ttl,
    periodSeconds: parameters.token_period,
    numUses: parameters.token_num_uses,
    tokenType: parameters.token_type,
    boundCidrs: parameters.token_bound_cidrs,
  };
}

/**
 * The grant of a token that is renewed, as the role or user would give it today.
 *
 * @throws {TidelockError} INVALID_REQUEST when the policies are no longer the same.
 */
export function renewedGrant(grant: AuthGrant, parameters: TokenParameters): AuthGrant {
  if (!haveSamePolicies(grant.policies, parameters.token_policies))
    throw badRequest('policies have changed, not renewing');
  const { token_ttl, token_max_ttl, token_period } = parameters;
  return { ...grant, ttlSeconds: token_ttl, maxTtlSeconds: token_max_ttl, periodSeconds: token_period };
}

/** Display name of a login: the mount's path and the name, joined by `-`. */
export const loginDisplayName = (mount: Pick<MountView, 'path'>, name: string): string =>
  `${mount.path
    .replace(/^auth\//, '')
    .replace(/\/$/, '')
    .replaceAll('/', '-')}-${name}`;

function haveSamePolicies(some: readonly string[], others: readonly string[]): boolean {
  const [a, b] = [some, others].map((names) =>
    sanitisePolicies(names, false)
      .filter((name) => name !== 'default')
      .join(),
  );
  return a === b;
}

function tokenTypeOf(text: string): TokenType {
  const type = text === '' ? 'default' : text.replace('_', '-');
  if (!TOKEN_TYPES.includes(type as TokenType)) throw badRequest(`invalid 'token_type' value "${text}"`);
  return type as TokenType;
}

function refuseContradictions(parameters: TokenParameters): void {
  const { token_ttl, token_max_ttl, token_num_uses, token_period, token_type } = parameters;
  const wrongCidr = parameters.token_bound_cidrs.find((cidr) => !isCidr(cidr));
  if (wrongCidr !== undefined) throw badRequest(`error parsing address "${wrongCidr}"`);
  if (token_num_uses < 0) throw badRequest(`'token_num_uses' cannot be negative`);
  if (token_max_ttl > 0 && token_ttl > token_max_ttl)
    throw badRequest(`'token_ttl' cannot be greater than 'token_max_ttl'`);
  if (token_type !== 'batch' && token_type !== 'default-batch') return;
  if (token_period > 0)
    throw badRequest(`'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens`);
  if (token_num_uses > 0)
    throw badRequest(
      `'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count`,
    );
}
