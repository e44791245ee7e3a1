import type { EntityView, Operation, ResultantPolicies } from '@tidelock/engine-api';
import { CAPABILITY, capabilityNames, grants } from './capability';
import { type CompiledRule, compileRules } from './compile-rules';
import { NOTHING } from './merge-permissions';
import { parametersAllowed } from './parameters';
import type { ParameterValues, Permissions, Policy } from './rule';
import { reachesBelow, sampleOf } from './rule-path';
import { WildcardRules } from './wildcard-rules';

export interface AclRequest {
  /** Full, without `/v1/`: `secret/data/app`. */
  readonly path: string;
  readonly operation: Operation;
  /** Body or query parameters. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Life of the response's wrapping, where the client asked for one. */
  readonly wrapTtlSeconds?: number;
  /** The path needs `sudo`, too. */
  readonly sudo: boolean;
}

/** `help` needs a token, but no policy. */
const NEEDED = {
  create: CAPABILITY.create,
  read: CAPABILITY.read,
  update: CAPABILITY.update,
  patch: CAPABILITY.patch,
  delete: CAPABILITY.delete,
  list: CAPABILITY.list,
  help: 0,
} as const satisfies Record<Operation, number>;
const TAKES_PARAMETERS = CAPABILITY.read | CAPABILITY.create | CAPABILITY.update | CAPABILITY.patch;

/**
 * What a set of policies says, compiled once. The most specific path decides alone; policies on the same path are united.
 * A `deny` that cannot be filled for whoever asks comes before all: it denies each path that it may be about.
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies for the rules.
 */
export class Acl {
  readonly isRoot: boolean;
  /** It would say something else for another entity. */
  readonly templated: boolean;
  private readonly rules: readonly CompiledRule[];
  private readonly exact: ReadonlyMap<string, Permissions>;
  private readonly wildcards: WildcardRules;
  private readonly deniedAnyway: readonly RegExp[];

  /** @param entity whose values fill the rules with templates. */
  constructor(policies: readonly Policy[], entity?: EntityView) {
    this.isRoot = policies.some((policy) => policy.name === 'root');
    const { rules, deniedAnyway, templated } = compileRules(policies, entity);
    this.rules = rules;
    this.deniedAnyway = deniedAnyway;
    this.templated = templated;
    const exact = this.rules.filter(({ path }) => path.kind === 'exact');
    this.exact = new Map(exact.map(({ path, permissions }) => [path.literal, permissions]));
    this.wildcards = new WildcardRules(this.rules.filter(({ path }) => path.kind !== 'exact'));
  }

  allows(request: AclRequest): boolean {
    const needed = NEEDED[request.operation];
    if (this.isRoot || needed === 0) return true;
    const permissions = this.permissionsOn(request.path, needed === CAPABILITY.list);
    if (permissions === undefined) return false;
    const all = request.sudo ? needed | CAPABILITY.sudo : needed;
    if ((permissions.capabilities & all) !== all || !wrappingAllowed(permissions, request.wrapTtlSeconds)) return false;
    return (needed & TAKES_PARAMETERS) === 0 || parametersAllowed(permissions, request.data ?? {});
  }

  /** Sorted names, `["root"]` or `["deny"]`. A folder's path may come with or without its `/`. */
  capabilities(path: string): string[] {
    if (this.isRoot) return ['root'];
    return capabilityNames(this.permissionsOn(path, true)?.capabilities ?? 0);
  }

  /** Whether anything is granted on a path that begins with `prefix` (a mount's path, ending in `/`). */
  hasRightBelow(prefix: string): boolean {
    if (this.isRoot) return true;
    const inside = ({ path, permissions }: CompiledRule): boolean =>
      grants(permissions.capabilities) && reachesBelow(path, prefix);
    if (this.inEffect().some(inside)) return true;
    return grants(this.wildcards.above(prefix)?.capabilities ?? 0) && !isAmong(this.deniedAnyway, `${prefix}+`);
  }

  /** For `sys/internal/ui/resultant-acl`. */
  resultant(): ResultantPolicies {
    return resultantOf(this.isRoot, this.inEffect());
  }

  private inEffect(): readonly CompiledRule[] {
    return this.rules.filter(({ path }) => !isAmong(this.deniedAnyway, sampleOf(path)));
  }

  /** A list is looked up as Vault does: exact with and without `/`, then with wildcards without it, then with it. */
  private permissionsOn(fullPath: string, isList: boolean): Permissions | undefined {
    const path = fullPath.startsWith('/') ? fullPath.replace(/^\/+/, '') : fullPath;
    if (isAmong(this.deniedAnyway, path)) return NOTHING;
    if (!isList || !path.endsWith('/')) return this.exact.get(path) ?? this.wildcards.find(path);
    const bare = path.slice(0, -1);
    if (isAmong(this.deniedAnyway, bare)) return NOTHING;
    return this.exact.get(path) ?? this.exact.get(bare) ?? this.wildcards.find(bare) ?? this.wildcards.find(path);
  }
}

const isAmong = (patterns: readonly RegExp[], path: string): boolean =>
  patterns.length > 0 && patterns.some((pattern) => pattern.test(path));

/** Where a rule bounds the wrapping's life, the answer has to be wrapped. */
function wrappingAllowed({ minWrappingTtl: min, maxWrappingTtl: max }: Permissions, ttl: number | undefined): boolean {
  if (min === 0 && max === 0) return true;
  return ttl !== undefined && ttl >= min && (max === 0 || ttl <= max);
}

/** What a token may do, in the form in which Vault's UI asks for it: globs without their closing `*`. */
function resultantOf(root: boolean, rules: readonly CompiledRule[]): ResultantPolicies {
  const pick = (isExact: boolean): Record<string, object> =>
    Object.fromEntries(
      rules
        .filter(({ path }) => (path.kind === 'exact') === isExact)
        .map(({ path, permissions }) => [path.literal, ruleOf(permissions)]),
    );
  return { root, exact_paths: root ? {} : pick(true), glob_paths: root ? {} : pick(false) };
}

function ruleOf(permissions: Permissions): object {
  const { allowed, denied, required, minWrappingTtl, maxWrappingTtl } = permissions;
  return {
    capabilities: capabilityNames(permissions.capabilities),
    ...(allowed.size > 0 && { allowed_parameters: recordOf(allowed) }),
    ...(denied.size > 0 && { denied_parameters: recordOf(denied) }),
    ...(required.length > 0 && { required_parameters: required }),
    ...(minWrappingTtl > 0 && { min_wrapping_ttl: minWrappingTtl }),
    ...(maxWrappingTtl > 0 && { max_wrapping_ttl: maxWrappingTtl }),
  };
}

const recordOf = (values: ParameterValues): Record<string, readonly unknown[]> => Object.fromEntries(values);
