import type { Fact } from '../../ui/Facts';
import { durationOf } from '../../ui/format';
import type { Kind } from './kinds';
import { type Mount, typeOf } from './mounts';
import { whereItIs } from './texts';

/** `data` of `tune`: what is in force, the system's settings filled in. Seconds. */
export interface Effective {
  readonly default_lease_ttl?: unknown;
  readonly max_lease_ttl?: unknown;
}

/** What is known of a mount, for its configuration page. */
export function factsOf(kind: Kind, mount: Mount, effective: Effective = {}): Fact[] {
  const { path, accessor, uuid, description, local, sealWrap, config } = mount;
  return [
    ['Type', typeOf(mount)],
    ['Path', path, 'code'],
    ['Description', description || '–'],
    ['Accessor', accessor, 'code'],
    ['UUID', uuid, 'code'],
    ['Local', whereItIs(local)],
    ['Seal wrap', sealWrap ? 'yes' : 'no'],
    ['Default lease TTL', ttlOf(config.defaultLeaseTtl, effective.default_lease_ttl)],
    ['Maximum lease TTL', ttlOf(config.maxLeaseTtl, effective.max_lease_ttl)],
    ['Listing visibility', config.listingVisibility || 'to those with rights in it'],
    ...(kind === 'auth' ? [['Token type', config.tokenType || '–'] as const] : []),
    ...Object.entries(mount.options).map(([name, value]): Fact => [`Option ${name}`, value]),
  ];
}

function ttlOf(seconds: number, inForce: unknown): string {
  if (seconds > 0) return durationOf(seconds * 1000);
  return typeof inForce === 'number' ? `${durationOf(inForce * 1000)}, the system's` : "the system's";
}
