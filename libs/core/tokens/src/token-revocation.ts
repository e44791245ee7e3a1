import type { LocalStore } from '@tidelock/store';

/** Finds what lives and dies with a token besides its leases. */
export abstract class TokenBelongings {
  /** Prefixes in the local `record` table of what the token owns (its cubbyhole). */
  abstract prefixesOf(tokenId: string): readonly string[];
}

/** Records of the core's own that go with the token: what a wrapping token wraps. */
export const tokenDataPrefix = (tokenId: string): string => `token-data/${tokenId}/`;

/** `expires_at` of a lease whose secret could not be undone: kept for a person to look at, never due. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** Ends the token and all its descendants. Their leases become due at once; the sweep undoes the secrets. */
export async function revokeTree(local: LocalStore, belongings: TokenBelongings, tokenId: string, now: number): Promise<void> {
  const waiting = [tokenId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const children = await local.rows('token', { column: 'parent', equals: id });
    waiting.push(...children.map((child) => child.id));
    await erase(local, belongings, id, now);
  }
}

/** Ends the token alone: its children are orphans from now on. */
export async function revokeOrphan(local: LocalStore, belongings: TokenBelongings, tokenId: string, now: number): Promise<void> {
  for (const child of await local.rows('token', { column: 'parent', equals: tokenId })) {
    local.put('token', { ...child, parent: null });
  }
  await erase(local, belongings, tokenId, now);
}

async function erase(local: LocalStore, belongings: TokenBelongings, id: string, now: number): Promise<void> {
  for (const lease of await local.rows('lease', { column: 'token', equals: id })) {
    if (lease.expires_at !== NEVER && lease.expires_at > now) local.put('lease', { ...lease, expires_at: now });
  }
  for (const prefix of [tokenDataPrefix(id), ...belongings.prefixesOf(id)]) {
    for (const key of await local.keys(prefix)) local.delete('record', key);
  }
  if ((await local.row('token', id)) !== undefined) local.delete('token', id);
}
