import { LRUCache } from 'lru-cache';
import type { EntityView, Subject } from '@tidelock/engine-api';
import { Acl } from './acl';
import type { Policy } from './rule';

/** Sets of names, and those of them that hold templates once for each entity in use: few roles, many tokens. */
const MAX_ACLS = 4096;
const MAX_POLICIES = 4096;

/**
 * Compiled policies by the set of their names, and by the entity that fills their templates. Promises are kept, not
 * results: a change forgets also what is being read at that moment, so that nothing read before the change can be
 * found after it.
 */
export class AclCache {
  private readonly acls = new LRUCache<string, Promise<Acl>>({ max: MAX_ACLS });
  private readonly policies = new LRUCache<string, Promise<Policy | undefined>>({ max: MAX_POLICIES });

  /** @param load reads a policy; `undefined` when there is none of that name. */
  constructor(private readonly load: (name: string) => Promise<Policy | undefined>) {}

  /** Whoever has no entity, or no rule with a template, shares what is compiled for the names alone. */
  aclOf(subject: Subject): Promise<Acl> {
    // Not joined: a name may hold any character.
    const names = JSON.stringify(subject.policies);
    const acl = remembered(this.acls, names, () => this.compile({ policies: subject.policies }));
    return subject.entity === undefined ? acl : this.forEntity(acl, subject, subject.entity);
  }

  /** The policy changed. */
  forget(name: string): void {
    this.policies.delete(name);
    this.acls.clear();
  }

  clear(): void {
    this.policies.clear();
    this.acls.clear();
  }

  private async forEntity(forAnybody: Promise<Acl>, subject: Subject, { id, version }: EntityView): Promise<Acl> {
    const acl = await forAnybody;
    if (!acl.templated) return acl;
    return remembered(this.acls, JSON.stringify([subject.policies, id, version]), () => this.compile(subject));
  }

  private async compile({ policies: names, entity }: Subject): Promise<Acl> {
    const policies = await Promise.all(names.map((name) => remembered(this.policies, name, () => this.load(name))));
    return new Acl(
      policies.filter((policy) => policy !== undefined),
      entity,
    );
  }
}

/** What failed is tried again the next time. */
function remembered<T>(cache: LRUCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => {
    if (cache.peek(key) === made) cache.delete(key);
  });
  return made;
}
