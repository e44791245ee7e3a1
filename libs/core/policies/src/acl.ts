import type { Operation } from '@tidelock/engine-api';
import { CAPABILITY, capabilityNames, grants } from './capability';
import { type CompiledRule, compileRules } from './compile-rules';
import { parametersAllowed } from './parameters';
import { resultantOf, type ResultantAcl } from './resultant-acl';
import type { Permissions, Policy } from './rule';
import { reachesBelow } from './rule-path';
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

export interface Verdict {
  readonly allowed: boolean;
}

const ALLOWED: Verdict = { allowed: true };
const REFUSED: Verdict = { allowed: false };
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
 *
 * @see https://developer.hashicorp.com/vault/docs/concepts/policies for the rules.
 */
export class Acl {
  readonly isRoot: boolean;
  private readonly rules: readonly CompiledRule[];
  private readonly exact: ReadonlyMap<string, Permissions>;
  private readonly wildcards: WildcardRules;

  constructor(policies: readonly Policy[]) {
    this.isRoot = policies.some((policy) => policy.name === 'root');
    this.rules = compileRules(policies);
    const exact = this.rules.filter(({ path }) => path.kind === 'exact');
    this.exact = new Map(exact.map(({ path, permissions }) => [path.literal, permissions]));
    this.wildcards = new WildcardRules(
      this.rules.filter(({ path }) => path.kind === 'glob' || path.kind === 'segments'),
    );
  }

  allows(request: AclRequest): Verdict {
    const needed = NEEDED[request.operation];
    if (this.isRoot || needed === 0) return ALLOWED;
    const permissions = this.permissionsOn(request.path, needed === CAPABILITY.list);
    if (permissions === undefined) return REFUSED;
    const all = request.sudo ? needed | CAPABILITY.sudo : needed;
    if ((permissions.capabilities & all) !== all || !wrappingAllowed(permissions, request.wrapTtlSeconds))
      return REFUSED;
    if ((needed & TAKES_PARAMETERS) !== 0 && !parametersAllowed(permissions, request.data ?? {})) return REFUSED;
    return ALLOWED;
  }

  /** Sorted names, `["root"]` or `["deny"]`. A folder's path may come with or without its `/`. */
  capabilities(path: string): string[] {
    if (this.isRoot) return ['root'];
    return capabilityNames(this.permissionsOn(path, true)?.capabilities ?? 0);
  }

  /** Whether anything is granted on a path that begins with `prefix` (a mount's path, ending in `/`). */
  hasRightBelow(prefix: string): boolean {
    if (this.isRoot) return true;
    const inside = this.rules.some(
      ({ path, permissions }) => grants(permissions.capabilities) && reachesBelow(path, prefix),
    );
    return inside || grants(this.wildcards.above(prefix)?.capabilities ?? 0);
  }

  /** For `sys/internal/ui/resultant-acl`. */
  resultant(): ResultantAcl {
    return resultantOf(this.isRoot, this.rules);
  }

  /** A list is looked up as Vault does: exact with and without `/`, then with wildcards without it, then with it. */
  private permissionsOn(fullPath: string, isList: boolean): Permissions | undefined {
    const path = fullPath.startsWith('/') ? fullPath.replace(/^\/+/, '') : fullPath;
    if (!isList || !path.endsWith('/')) return this.exact.get(path) ?? this.wildcards.find(path);
    const bare = path.slice(0, -1);
    return this.exact.get(path) ?? this.exact.get(bare) ?? this.wildcards.find(bare) ?? this.wildcards.find(path);
  }
}

/** Where a rule bounds the wrapping's life, the answer has to be wrapped. */
function wrappingAllowed({ minWrappingTtl: min, maxWrappingTtl: max }: Permissions, ttl: number | undefined): boolean {
  if (min === 0 && max === 0) return true;
  return ttl !== undefined && ttl >= min && (max === 0 || ttl <= max);
}
