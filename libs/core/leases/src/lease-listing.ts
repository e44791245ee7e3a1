import type { LocalReader } from '@tidelock/store';

/** Leases read at a time. */
const PAGE = 200;
/** Sorts after everything below a folder. */
const END = '\u{10ffff}';

/** Name of the lease of a token: where it was made, and its id. */
const TOKEN_LEASE = /^(.+)\/h([0-9a-f]{64})$/;

/** Where the token was made and its id, when the lease is a token's. */
export function tokenOfLeaseId(leaseId: string): { path: string; tokenId: string } | undefined {
  const [, path, tokenId] = TOKEN_LEASE.exec(leaseId) ?? [];
  return path === undefined || tokenId === undefined ? undefined : { path, tokenId };
}

/** Ids of the leases below `prefix`, a page at a time. @param isMeant by the accessor of the mount that has given the lease. */
export async function* leaseIdsBelow(
  local: LocalReader,
  prefix: string,
  isMeant: (mount: string) => boolean,
): AsyncGenerator<string[]> {
  for (let startAfter = '', size = PAGE; size === PAGE;) {
    const page = await local.heads('lease', { column: 'id', prefix, limit: PAGE, ...(startAfter && { startAfter }) });
    yield page.filter(({ mount }) => isMeant(mount)).map(({ id }) => id);
    startAfter = page.at(-1)?.id ?? '';
    size = page.length;
  }
}

/** Names of leases directly below `prefix` (empty or ending in `/`), sorted; folders end in `/`. */
export async function leaseNamesBelow(local: LocalReader, prefix: string): Promise<string[]> {
  const names = new Set<string>();
  await leavesAndFolders(local, 'lease', prefix, names);
  await leavesAndFolders(local, 'token', prefix, names);
  if (prefix !== '') {
    const tokens = await local.heads('token', { column: 'path', equals: prefix.slice(0, -1) });
    for (const { id } of tokens) names.add(`h${id}`);
  }
  return [...names].sort();
}

/** Jumps from folder to folder: a folder of a million leases is one step. A token's path is itself a folder. */
async function leavesAndFolders(
  local: LocalReader,
  table: 'lease' | 'token',
  prefix: string,
  names: Set<string>,
): Promise<void> {
  let startAfter = '';
  for (;;) {
    const place = await nextPlace(local, table, prefix, startAfter);
    if (place === undefined) return;
    const [child = '', ...deeper] = place.slice(prefix.length).split('/');
    names.add(table === 'token' || deeper.length > 0 ? `${child}/` : child);
    startAfter = deeper.length > 0 ? `${prefix}${child}/${END}` : place;
  }
}

async function nextPlace(local: LocalReader, table: 'lease' | 'token', prefix: string, startAfter: string) {
  const page = { prefix, limit: 1, ...(startAfter !== '' && { startAfter }) };
  if (table === 'lease') return (await local.heads('lease', { column: 'id', ...page }))[0]?.id;
  return (await local.heads('token', { column: 'path', ...page }))[0]?.path;
}
