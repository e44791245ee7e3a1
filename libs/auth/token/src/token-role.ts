import {
  oldNamesAfter,
  readJson,
  shortName,
  type StorageView,
  underOldNames,
  type WithOldNames,
} from '@tidelock/engine-api';
import { badRequest, given, isCidr } from '@tidelock/kernel';
import { RoleBody } from './bodies';

export const ROLES = 'roles/';
const TYPES = ['default-service', 'default-batch', 'service', 'batch'] as const;
const SUFFIX = /^\w[\w\-.]*\w$/;

/** A token role as it is stored, replicated with its mount. Times in seconds. */
export interface TokenRole extends WithOldNames {
  readonly allowed_entity_aliases: readonly string[];
  readonly allowed_policies: readonly string[];
  readonly allowed_policies_glob: readonly string[];
  readonly disallowed_policies: readonly string[];
  readonly disallowed_policies_glob: readonly string[];
  readonly orphan: boolean;
  readonly path_suffix: string;
  readonly renewable: boolean;
  readonly token_bound_cidrs: readonly string[];
  readonly token_explicit_max_ttl: number;
  readonly token_no_default_policy: boolean;
  readonly token_num_uses: number;
  readonly token_period: number;
  readonly token_type: (typeof TYPES)[number];
}

/** A role that says nothing: what a new one starts from, and what holds where none is named. */
export const NEW_ROLE: TokenRole = {
  allowed_entity_aliases: [],
  allowed_policies: [],
  allowed_policies_glob: [],
  disallowed_policies: [],
  disallowed_policies_glob: [],
  orphan: false,
  path_suffix: '',
  renewable: true,
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_type: 'default-service',
};

export const readRole = (storage: StorageView, name: string): Promise<TokenRole | undefined> =>
  readJson<TokenRole>(storage, ROLES + name);

/** A role as a read answers with it: two old names are always there, as in Vault, and 0 where the new ones were used. */
export function roleData(name: string, role: TokenRole): Record<string, unknown> {
  const { old_names: _oldNames, ...shown } = role;
  return { ...shown, name, explicit_max_ttl: 0, period: 0, ...underOldNames(RoleBody, role) };
}

/**
 * The role with what was sent put over it. @param raw the names that were sent.
 *
 * @throws {TidelockError} INVALID_REQUEST when the result makes no sense.
 */
export function changedRole(
  current: TokenRole | undefined,
  body: RoleBody,
  raw: Readonly<Record<string, unknown>>,
): TokenRole {
  const { token_type, ...sent } = body;
  const role: TokenRole = {
    ...NEW_ROLE,
    ...current,
    ...given(sent),
    ...(token_type !== undefined && { token_type: typeOf(token_type) }),
    old_names: oldNamesAfter(RoleBody, raw, current),
  };
  refuseNonsense(role);
  return role;
}

function typeOf(text: string): TokenRole['token_type'] {
  const type = text === '' || text === 'default' ? 'default-service' : text.replace('_', '-');
  const known = TYPES.find((name) => name === type);
  if (known === undefined) throw badRequest(`invalid 'token_type' value "${text}"`);
  return known;
}

function refuseNonsense(role: TokenRole): void {
  shortName(role.path_suffix, 'path suffix');
  if (role.path_suffix !== '' && !SUFFIX.test(role.path_suffix)) {
    throw badRequest('given role path suffix contains invalid characters; must match \\w[\\w-.]*\\w');
  }
  const wrongCidr = role.token_bound_cidrs.find((cidr) => !isCidr(cidr));
  if (wrongCidr !== undefined) throw badRequest(`error parsing address "${wrongCidr}"`);
  if (role.token_num_uses < 0) throw badRequest("'token_num_uses' cannot be negative");
  // `default-batch` is what a token is where its request does not say otherwise: the request may.
  const conflict = role.token_type === 'batch' ? batchConflict(role) : undefined;
  if (conflict) throw badRequest(`'token_type' cannot be 'batch' when role is set to generate ${conflict}`);
}

function batchConflict(role: TokenRole): string | undefined {
  const conflicts = [
    [!role.orphan, 'non-orphan tokens'],
    [role.token_period > 0, 'periodic tokens'],
    [role.renewable, 'renewable tokens'],
    [role.token_num_uses > 0, 'tokens with limited use count'],
    [role.token_explicit_max_ttl > 0, 'tokens with an explicit max TTL'],
  ] as const;
  return conflicts.find(([isOne]) => isOne)?.[1];
}
