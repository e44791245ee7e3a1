import { newUuid } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { BUILT_INS, type BuiltIn } from '../records/built-in-mounts';
import type { MountRecord } from '../records/mount';
import { putMount, readMounts } from '../records/mount-records';
import { accessorOf } from './mount-changes';

/**
 * Makes the service's own mounts, unless they are there: at initialisation all of them; on a secondary only the local
 * ones, for the others come from the primary.
 */
export async function ensureBuiltIns(unit: UnitOfWork, which: 'all' | 'local' = 'all'): Promise<void> {
  const wanted = BUILT_INS.filter(({ local }) => local || which === 'all');
  const present = new Set((await readMounts(unit)).map(({ path }) => path));
  for (const builtIn of wanted) if (!present.has(builtIn.path)) putMount(unit, recordOfBuiltIn(builtIn));
}

function recordOfBuiltIn({ config, ...builtIn }: BuiltIn): MountRecord {
  return {
    ...builtIn,
    uuid: newUuid(),
    accessor: accessorOf(builtIn.kind, builtIn.type),
    seal_wrap: false,
    external_entropy_access: false,
    options: {},
    config: { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false, ...config },
  };
}
