import { policyNames, sanitisePolicies } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import type { TokenRole } from './token-role';

/** Policies of the service's own: nobody can ask for them. */
const UNASSIGNABLE = ['response-wrapping', 'control-group'];

/** Who asks for a token, and by which rules. */
export interface ParentRights {
  readonly policies: readonly string[];
  readonly isRoot: boolean;
  /** The caller's policies grant `sudo` on the path: it may give what it does not have. */
  readonly sudo: boolean;
  readonly noDefaultPolicy: boolean;
  readonly role?: TokenRole;
}

/**
 * Policies of a child token: a subset of the parent's, or what the role allows.
 *
 * @param asked as the client sent them; empty: the parent's, or the role's.
 * @returns sorted, with `default` unless it was left out.
 * @throws {TidelockError} INVALID_REQUEST when more was asked for than may be given.
 */
export function childPolicies(asked: readonly string[], rights: ParentRights): string[] {
  const { role } = rights;
  const byRole = role !== undefined && role.allowed_policies.length + role.allowed_policies_glob.length > 0;
  // What nobody asked for is left out where it is disallowed; what was asked for is refused.
  const withoutDefault = rights.noDefaultPolicy || (role !== undefined && isDisallowed('default', role));
  const policies = byRole ? allowedByRole(asked, role, withoutDefault) : allowedByParent(asked, rights, withoutDefault);
  if (role !== undefined) refuseDisallowed(policies, role);
  const reserved = policies.find((policy) => UNASSIGNABLE.includes(policy));
  if (reserved !== undefined) throw badRequest(`cannot assign policy "${reserved}"`);
  if (policies.includes('root') && !rights.isRoot)
    throw badRequest('root tokens may not be created without parent token being root');
  return policies;
}

function allowedByRole(asked: readonly string[], role: TokenRole, withoutDefault: boolean): string[] {
  const wanted = sanitisePolicies(asked.length > 0 ? asked : role.allowed_policies, !withoutDefault);
  const allowed = sanitisePolicies(role.allowed_policies, !withoutDefault);
  const refused = wanted.some((policy) => !allowed.includes(policy) && !matchesAny(policy, role.allowed_policies_glob));
  if (refused) {
    throw badRequest(
      `token policies (${quoted(wanted)}) must be subset of the role's allowed policies (${quoted(allowed)}) ` +
        `or glob policies (${quoted(role.allowed_policies_glob)})`,
    );
  }
  return wanted;
}

function allowedByParent(
  asked: readonly string[],
  { policies, sudo, role }: ParentRights,
  withoutDefault: boolean,
): string[] {
  const parent = sanitisePolicies(policies, false);
  const inherited =
    role !== undefined && isDisallowed('default', role) ? parent.filter((policy) => policy !== 'default') : parent;
  const wanted = sanitisePolicies(asked.length > 0 ? asked : inherited, false);
  if (!sudo && wanted.some((policy) => !parent.includes(policy)))
    throw badRequest('child policies must be subset of parent');
  // A parent without `default` must not gain it through a child.
  const mayHaveDefault = parent.includes('default') || parent.includes('root') || (sudo && asked.length > 0);
  return sanitisePolicies(wanted, !withoutDefault && mayHaveDefault);
}

function refuseDisallowed(policies: readonly string[], role: TokenRole): void {
  const refused = policies.find((policy) => isDisallowed(policy, role));
  if (refused !== undefined) throw badRequest(`token policy "${refused}" is disallowed by this role`);
}

const isDisallowed = (
  policy: string,
  { disallowed_policies: names, disallowed_policies_glob: globs }: TokenRole,
): boolean => policyNames(names).includes(policy) || matchesAny(policy, policyNames(globs));

/** Whether the name matches one of the patterns, which may begin or end with `*`. */
export function matchesAny(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => {
    const [open, close] = [glob.startsWith('*'), glob.length > 1 && glob.endsWith('*')];
    const core = glob.slice(open ? 1 : 0, close ? -1 : undefined).toLowerCase();
    if (open && close) return name.includes(core);
    if (open) return name.endsWith(core);
    return close ? name.startsWith(core) : name === core;
  });
}

const quoted = (names: readonly string[]): string => `[${names.map((name) => JSON.stringify(name)).join(' ')}]`;
