import type { FilterPreview } from '@tidelock/api-answers';
import type { Store } from '@tidelock/store';
import { lets, type PathsFilter, pathsWithoutMount } from './paths-filter';
import type { MountRecords } from '../ports/mount-records';

interface DescribedMount {
  readonly uuid: string;
  readonly path: string;
}

const KEYS_PER_PAGE = 5000;

type Reader = Pick<Store, 'replicated'>;

/** Replicated mounts that a filter can keep back, sorted by path. */
export async function filterableMounts({ replicated }: Reader, records: MountRecords): Promise<DescribedMount[]> {
  const mounts: DescribedMount[] = [];
  for (const key of await replicated.keys(records.prefix)) {
    const value = await replicated.getSealed(key);
    const mount = value && records.describe(key, value);
    if (mount && !mount.singleton) mounts.push({ uuid: key.slice(records.prefix.length), path: mount.path });
  }
  return mounts.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export async function previewFilter(
  store: Reader,
  records: MountRecords,
  before: PathsFilter | undefined,
  after: PathsFilter | undefined,
): Promise<Omit<FilterPreview, 'forwarding'>> {
  const mounts = await filterableMounts(store, records);
  const had = ({ path }: DescribedMount) => before === undefined || lets(before, path);
  const gets = ({ path }: DescribedMount) => after === undefined || lets(after, path);
  const hidden = mounts.filter((mount) => had(mount) && !gets(mount));
  const shown = mounts.filter((mount) => !had(mount) && gets(mount));
  const count = async (some: readonly DescribedMount[]): Promise<number> => {
    let sum = 0;
    for (const { uuid } of some) sum += 1 + (await countBelow(store, records.entriesOf(uuid)));
    return sum;
  };
  return {
    hidden_mounts: hidden.map(({ path }) => path),
    shown_mounts: shown.map(({ path }) => path),
    records_deleted: await count(hidden),
    records_sent: await count(shown),
  };
}

async function countBelow({ replicated }: Reader, prefix: string): Promise<number> {
  let [sum, after] = [0, ''];
  for (;;) {
    const keys = await replicated.keys(prefix, { ...(after && { after }), limit: KEYS_PER_PAGE });
    sum += keys.length;
    if (keys.length < KEYS_PER_PAGE) return sum;
    after = keys.at(-1) as string;
  }
}

export interface FilterChange {
  readonly id: string;
  /** Somebody has that id. */
  readonly isKnown: boolean;
  readonly before: PathsFilter | undefined;
  /** `undefined`: the filter is taken away. */
  readonly after: PathsFilter | undefined;
}

/** What the operator should know of a filter's change: a typing error in it would else show everything, without a word. */
export function warningsOfChange(
  { id, isKnown, before, after }: FilterChange,
  mountPaths: readonly string[],
): string[] {
  const warnings: string[] = [];
  const unmatched = after ? pathsWithoutMount(after, mountPaths) : [];
  if (unmatched.length > 0)
    warnings.push(`no mount is at or below ${listed(unmatched)}: this counts only for mounts that are made later`);
  const shown = before
    ? mountPaths.filter((path) => !lets(before, path) && (after === undefined || lets(after, path)))
    : [];
  if (shown.length > 0)
    warnings.push(`this shows secondary "${id}" what was hidden from it until now: ${listed(shown)}`);
  if (after && !isKnown)
    warnings.push(`no secondary has the ID "${id}": the filter counts for the one that is given it later`);
  return warnings;
}

const listed = (paths: readonly string[]): string => paths.join(', ');
