import { type LocalStore, NEVER_DUE, unlessDamaged } from '@tidelock/store';

/** Prefixes in the local `record` table of what a token owns (its cubbyhole): deleted with it, besides its leases and children. */
export type OwnedPrefixes = (tokenId: string) => readonly string[];

/** Records of the core's own that go with the token: what a wrapping token wraps. */
export const tokenDataPrefix = (tokenId: string): string => `token-data/${tokenId}/`;

/**
 * Ends the token and all its descendants; their leases become due at once, and the sweep undoes the secrets. Goes by key columns, so that a
 * damaged row stops nothing: it ends like any other.
 */
export async function revokeTree(
  local: LocalStore,
  ownedBy: OwnedPrefixes,
  tokenId: string,
  now: number,
): Promise<void> {
  const waiting = [tokenId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const children = await local.heads('token', { column: 'parent', equals: id });
    waiting.push(...children.map((child) => child.id));
    await erase(local, ownedBy, id, now);
  }
}

/** Ends the token alone: its children are orphans from now on. A damaged one stays as it is: nobody gets in with it. */
export async function revokeOrphan(
  local: LocalStore,
  ownedBy: OwnedPrefixes,
  tokenId: string,
  now: number,
): Promise<void> {
  for (const { id } of await local.heads('token', { column: 'parent', equals: tokenId })) {
    const child = await unlessDamaged(local.row('token', id));
    if (child !== undefined) local.put('token', { ...child, parent: null });
  }
  await erase(local, ownedBy, tokenId, now);
}

async function erase(local: LocalStore, ownedBy: OwnedPrefixes, id: string, now: number): Promise<void> {
  for (const due of await local.heads('lease', { column: 'token', equals: id })) {
    if (due.expires_at === NEVER_DUE || due.expires_at <= now) continue;
    // A damaged one waits for its own time: what it was for is not known any more.
    const lease = await unlessDamaged(local.row('lease', due.id));
    if (lease !== undefined) local.put('lease', { ...lease, expires_at: now });
  }
  for (const prefix of [tokenDataPrefix(id), ...ownedBy(id)]) {
    for (const key of await local.keys(prefix)) local.delete('record', key);
  }
  if ((await local.heads('token', { column: 'id', equals: id })).length > 0) local.delete('token', id);
}
