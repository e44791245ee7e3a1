/** Which mounts a secondary is given: `allow` = only those listed, `deny` = all but those. */
export interface PathsFilter {
  readonly mode: 'allow' | 'deny';
  /** Mounts and folders of mounts, each ending in `/`. */
  readonly paths: readonly string[];
}

/** `undefined`: everything. */
export type Choice = PathsFilter | undefined;

export interface Mount {
  /** As filters name it: `secret/`, `auth/userpass/`. */
  readonly path: string;
  readonly type: string;
}

export interface MountGroup {
  readonly name: string;
  /** What all paths of the group begin with, and is not shown in it. */
  readonly root: string;
  readonly mounts: readonly Mount[];
}

/** Every cluster has one of these, or a filter cannot name them. */
const NEVER_FILTERED = /^(cubbyhole|system|token|identity|ns_.*)$/;

/** The mounts that a filter may name, of `sys/internal/ui/mounts`: local ones never leave their cluster. */
export function offeredIn(answer: unknown): MountGroup[] {
  const { secret, auth } = (answer ?? {}) as Record<string, unknown>;
  return [
    { name: 'Secret Engines', root: '', mounts: mountsIn(secret, '') },
    { name: 'Auth Methods', root: 'auth/', mounts: mountsIn(auth, 'auth/') },
  ];
}

function mountsIn(table: unknown, root: string): Mount[] {
  return Object.entries((table ?? {}) as Record<string, unknown>)
    .map(([path, entry]) => ({ path: root + path, ...((entry ?? {}) as { type?: unknown; local?: unknown }) }))
    .filter(({ type, local }) => local !== true && !NEVER_FILTERED.test(String(type)))
    .map(({ path, type }) => ({ path, type: String(type ?? '') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A mount, or a folder of mounts, which may be one besides. */
export interface TreeNode {
  readonly path: string;
  /** Within its folder. */
  readonly name: string;
  readonly mount?: Mount;
  readonly below: readonly TreeNode[];
}

/** Folders hold what lies in them. @param root what all paths begin with. */
export function treeOf(mounts: readonly Mount[], root: string): TreeNode[] {
  const names = new Set(mounts.map(({ path }) => path.slice(root.length, path.indexOf('/', root.length) + 1)));
  return [...names].map((name) => {
    const path = root + name;
    const mount = mounts.find((one) => one.path === path);
    const inside = mounts.filter((one) => one !== mount && one.path.startsWith(path));
    return { path, name, ...(mount && { mount }), below: inside.length === 0 ? [] : treeOf(inside, path) };
  });
}

/** Whether a mount or folder is meant by a list: by itself, by a folder that it lies in, or in part. */
export function markOf(paths: readonly string[], path: string): 'own' | 'folder' | 'part' | 'none' {
  if (paths.includes(path)) return 'own';
  if (paths.some((listed) => path.startsWith(listed))) return 'folder';
  return paths.some((listed) => listed.startsWith(path)) ? 'part' : 'none';
}

/** A folder stands for all that lies in it. */
export const withPath = (paths: readonly string[], path: string): string[] =>
  markOf(paths, path) === 'folder' ? [...paths] : [...paths.filter((one) => !one.startsWith(path)), path].sort();

export const withoutPath = (paths: readonly string[], path: string): string[] => paths.filter((one) => one !== path);

/** A path as a person writes it; `undefined` for what names nothing. */
export function pathIn(text: string): string | undefined {
  const plain = text.trim().replace(/^\/+|\/+$/g, '');
  return plain === '' || plain.includes('//') ? undefined : `${plain}/`;
}

/** Listed, and no mount is at or below it: it counts for later ones. */
export const unmatchedIn = ({ paths }: PathsFilter, mounts: readonly Mount[]): string[] =>
  paths.filter((path) => !mounts.some((mount) => mount.path.startsWith(path)));

const sees = (choice: Choice, path: string): boolean =>
  choice === undefined || choice.paths.some((listed) => path.startsWith(listed)) === (choice.mode === 'allow');

export interface Sight {
  readonly path: string;
  readonly sees: boolean;
  /** The change makes it so. */
  readonly isNew: boolean;
}

/** What a secondary sees of the mounts. @param before what counts until now. */
export const sightOf = (mounts: readonly Mount[], before: Choice, after: Choice): Sight[] =>
  mounts.map(({ path }) => ({ path, sees: sees(after, path), isNew: sees(before, path) !== sees(after, path) }));

/** Whether two are the same to the cluster. */
export const isSame = (one: Choice, other: Choice): boolean =>
  one?.mode === other?.mode && sortedText(one) === sortedText(other);

const sortedText = (choice: Choice): string => JSON.stringify([...(choice?.paths ?? [])].sort());

/** Filters by the id of their secondary, of the answer to a LIST. */
export function filtersIn(answer: unknown): Readonly<Record<string, PathsFilter>> {
  const info = ((answer ?? {}) as { key_info?: unknown }).key_info ?? {};
  return Object.fromEntries(
    Object.entries(info).map(([id, told]) => {
      const { mode, paths } = (told ?? {}) as { mode?: unknown; paths?: unknown };
      return [id, { mode: mode === 'deny' ? 'deny' : 'allow', paths: Array.isArray(paths) ? paths.map(String) : [] }];
    }),
  );
}
