import { PolicyService, type RequestScope, type ResultantPolicies, type Subject } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { badRequest, reasonOf, TidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';
import { Acl } from './acl';
import { AclCache } from './acl-cache';
import { BUILT_IN_POLICIES, FIXED_POLICIES, HIDDEN_POLICIES } from './built-in-policies';
import { denies } from './capability';
import { parsePolicy } from './parse-policy';
import { policyTextOf, putPolicyText, storedPolicyText } from './policy-text';
import type { Policy, Rule } from './rule';

export const POLICIES = 'policy/';

/** The cluster set's policies, and what they allow: compiled once for each set of names, until one of them changes. */
export class PolicyStore extends PolicyService {
  private readonly cache: AclCache;

  constructor(private readonly store: Pick<Store, 'replicated' | 'onCommit'>) {
    super();
    this.cache = new AclCache((name) => this.load(name));
    store.onCommit({
      committed: ({ replicatedKeys }) => {
        for (const key of replicatedKeys) if (key.startsWith(POLICIES)) this.cache.forget(key.slice(POLICIES.length));
      },
      reloaded: () => this.clear(),
    });
  }

  /** What the subject's policies say together. A name that is not stored grants nothing. */
  aclOf(subject: Subject): Promise<Acl> {
    return this.cache.aclOf(subject);
  }

  /** Forgets all that was read: at seal, and when the store was replaced. */
  clear(): void {
    this.cache.clear();
  }

  /** Stores the policies that are there from the start, unless they are: on a primary or a cluster by itself. */
  async ensureBuiltIns(unit: UnitOfWork): Promise<void> {
    for (const [name, policy] of Object.entries(BUILT_IN_POLICIES)) {
      const key = POLICIES + name;
      if ((await unit.replicated.get(key)) === undefined) putPolicyText(unit.replicated, key, policy);
    }
  }

  async names(scope: RequestScope): Promise<string[]> {
    const keys = await unitOf(scope).replicated.keys(POLICIES);
    const names = keys.map((key) => key.slice(POLICIES.length)).filter((name) => !HIDDEN_POLICIES.has(name));
    return [...names, 'root'].sort();
  }

  async read(scope: RequestScope, name: string): Promise<string | undefined> {
    const key = name.toLowerCase();
    return key === 'root' ? '' : storedPolicyText(unitOf(scope).replicated, POLICIES + key);
  }

  async write(scope: RequestScope, name: string, sent: string): Promise<readonly string[]> {
    const key = nameOf(name);
    if (sent === '') throw badRequest("'policy' parameter not supplied or empty");
    const text = policyTextOf(sent);
    const { rules } = parsePolicy(key, text);
    if (FIXED_POLICIES.has(key)) throw badRequest(`cannot update "${key}" policy`);
    putPolicyText(unitOf(scope).replicated, POLICIES + key, text);
    return rules.flatMap(warningAbout);
  }

  async remove(scope: RequestScope, name: string): Promise<void> {
    const key = nameOf(name);
    if (key === 'default') throw badRequest('cannot delete default policy');
    if (FIXED_POLICIES.has(key)) throw badRequest(`cannot delete "${key}" policy`);
    unitOf(scope).replicated.delete(POLICIES + key);
  }

  async hasSudo(subject: Subject, path: string): Promise<boolean> {
    const capabilities = await this.capabilities(subject, path);
    return capabilities.includes('sudo') || capabilities.includes('root');
  }

  async capabilities(subject: Subject, path: string): Promise<string[]> {
    return (await this.aclOf(subject)).capabilities(path);
  }

  async hasRightBelow(subject: Subject, prefix: string): Promise<boolean> {
    return (await this.aclOf(subject)).hasRightBelow(prefix);
  }

  async resultant(subject: Subject): Promise<ResultantPolicies> {
    return (await this.aclOf(subject)).resultant();
  }

  private async load(name: string): Promise<Policy | undefined> {
    if (name === 'root') return { name, rules: [] };
    const text = await storedPolicyText(this.store.replicated, POLICIES + name);
    if (text === undefined) return undefined;
    try {
      return parsePolicy(name, text);
    } catch (cause) {
      // It was checked when it was written. Leaving it out might leave a `deny` out.
      throw new TidelockError('INTERNAL', {
        text: `stored policy "${name}" cannot be read: ${reasonOf(cause)}`,
        cause,
      });
    }
  }
}

/** Nobody has an entity before there is an engine of identities. */
function warningAbout({ path, template, capabilities }: Rule): string[] {
  if (template === undefined) return [];
  const effect = denies(capabilities) ? 'denies each path that it may be about' : 'applies to nobody';
  return [`path ${JSON.stringify(path)} refers to an entity, and no caller has one yet: the rule ${effect}`];
}

function nameOf(name: string): string {
  if (name === '') throw badRequest('missing policy name');
  return name.toLowerCase();
}
