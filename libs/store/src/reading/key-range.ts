/** Sorts behind every key that begins with the prefix. */
export const endOf = (prefix: string): string => `${prefix}\u{10ffff}`;

export type KeyPage = (after: string, limit: number) => Promise<string[]>;

const SMALLEST_PAGE = 16;
const LARGEST_PAGE = 512;

/**
 * Names directly below a prefix, by looking only at one key of each folder: the scan jumps over what is inside.
 *
 * @param page keys strictly after a key, in order, all of them below the prefix.
 */
export async function childrenOf(prefix: string, page: KeyPage): Promise<string[]> {
  const names: string[] = [];
  let after = prefix;
  let size = SMALLEST_PAGE;
  for (;;) {
    const keys = await page(after, size);
    const jump = takeNames(keys, prefix, names);
    if (jump === undefined && keys.length < size) return names;
    after = jump ?? (keys[keys.length - 1] as string);
    // Among folders one key of a page is of use, among plain names all of them are.
    size = jump === undefined ? Math.min(size * 2, LARGEST_PAGE) : 1;
  }
}

/** Adds names up to the first folder. @returns where to go on behind it; `undefined` when there was none. */
function takeNames(keys: readonly string[], prefix: string, names: string[]): string | undefined {
  for (const key of keys) {
    const slash = key.indexOf('/', prefix.length);
    if (slash < 0) {
      names.push(key.slice(prefix.length));
      continue;
    }
    const folder = key.slice(0, slash + 1);
    names.push(folder.slice(prefix.length));
    return endOf(folder);
  }
  return undefined;
}

/** The names below a prefix that some keys make, merged into sorted names from elsewhere. */
export function namesBelow(prefix: string, keys: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix) || key.length === prefix.length) continue;
    const slash = key.indexOf('/', prefix.length);
    names.add(slash < 0 ? key.slice(prefix.length) : key.slice(prefix.length, slash + 1));
  }
  return sorted(names);
}

/** Bytewise, as the databases sort. */
export const sorted = (keys: Iterable<string>): string[] => [...keys].sort(compareBytes);

/** UTF-8 orders by code point; JavaScript's own comparison orders surrogates before U+E000. */
export function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
