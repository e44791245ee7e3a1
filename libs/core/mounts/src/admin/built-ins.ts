import type { EngineKind, MountConfig } from '@tidelock/engine-api';
import { newUuid } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import type { MountRecord } from '../records/mount';
import { putMount, readMounts } from '../records/mount-records';
import { accessorOf } from './mount-changes';

interface BuiltIn {
  readonly kind: EngineKind;
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly local: boolean;
  readonly config?: Partial<MountConfig>;
}

const BUILT_INS: readonly BuiltIn[] = [
  {
    kind: 'secret',
    path: 'sys/',
    type: 'system',
    local: false,
    description: 'system endpoints used for control, policy and debugging',
    config: { passthrough_request_headers: ['Accept'] },
  },
  {
    kind: 'secret',
    path: 'identity/',
    type: 'identity',
    local: false,
    description: 'identity store',
    config: { passthrough_request_headers: ['Authorization'] },
  },
  {
    kind: 'secret',
    path: 'cubbyhole/',
    type: 'cubbyhole',
    local: true,
    description: 'per-token private secret storage',
  },
  {
    kind: 'auth',
    path: 'auth/token/',
    type: 'token',
    local: false,
    description: 'token based credentials',
    config: { token_type: 'default-service' },
  },
];

/** Paths of the mounts that every cluster has, and needs. */
export const SINGLETON_PATHS = BUILT_INS.map(({ path }) => path);

/**
 * Makes the service's own mounts, unless they are there: at initialisation all of them; on a secondary only the local
 * ones, for the others come from the primary.
 */
export async function ensureBuiltIns(unit: UnitOfWork, which: 'all' | 'local' = 'all'): Promise<void> {
  const wanted = BUILT_INS.filter(({ local }) => local || which === 'all');
  const present = new Set(
    [...(await readMounts(unit, true)), ...(await readMounts(unit, false))].map(({ path }) => path),
  );
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
