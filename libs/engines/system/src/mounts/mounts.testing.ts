import {
  type EngineKind,
  type EngineRequest,
  type MountEntry,
  type MountOrder,
  MountService,
  type MountTuning,
  type PolicyService,
  type Subject,
} from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';

const mount = (kind: EngineKind, path: string, more: Partial<MountEntry> = {}): MountEntry => ({
  uuid: `uuid-of-${path}`,
  kind,
  path,
  type: kind === 'auth' ? 'userpass' : 'kv',
  accessor: 'kv_0a1b2c3d',
  description: '',
  local: false,
  sealWrap: false,
  externalEntropyAccess: false,
  options: {},
  defaultLeaseTtlSeconds: 2_764_800,
  maxLeaseTtlSeconds: 2_764_800,
  config: { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false },
  ...more,
});

export class Mounts extends MountService {
  readonly all = [
    mount('secret', 'kv/', { options: { version: '2' } }),
    mount('secret', 'sys/', { type: 'system' }),
    mount('secret', 'team/app/'),
    mount('auth', 'auth/userpass/', {
      config: { default_lease_ttl: 5, max_lease_ttl: 0, force_no_cache: false, listing_visibility: 'unauth' },
    }),
    mount('auth', 'auth/tuned/', {
      config: {
        default_lease_ttl: 0,
        max_lease_ttl: 0,
        force_no_cache: false,
        user_lockout_config: { lockout_threshold: 2 },
      },
    }),
  ];
  readonly calls: unknown[] = [];

  list = (kind: EngineKind) => this.all.filter((one) => one.kind === kind);
  find = (kind: EngineKind, path: string) =>
    this.list(kind).find((one) => one.path === `${kind === 'auth' ? 'auth/' : ''}${path}/`);
  mountAt = (path: string) => this.all.find((one) => path.startsWith(one.path));
  enable = async (_scope: unknown, order: MountOrder) => {
    this.calls.push(order);
    return this.all[0] as MountEntry;
  };
  disable = async (_scope: unknown, kind: EngineKind, path: string) => void this.calls.push([kind, path]);
  tune = async (_scope: unknown, kind: EngineKind, path: string, tuning: MountTuning) =>
    void this.calls.push([kind, path, tuning]);
  remount = async (_scope: unknown, from: string, to: string) => `${from} ${to}`;
  migration = async (_scope: unknown, id: string) =>
    id === 'known' ? { id, sourceMount: 'a/', targetMount: 'b/', status: 'success' as const } : undefined;
  openApi = (mounts: readonly MountEntry[]) => ({ paths: mounts.map(({ path }) => path) });
}

/** Each policy grants something below the path that it is called after. */
export const policies = {
  hasRightBelow: async ({ policies: names }: Subject, prefix: string) =>
    names.some((name) => name === 'root' || name.startsWith(prefix)),
} as unknown as PolicyService;

export const at = (path: string, more: Partial<EngineRequest> = {}) => engineRequest({ params: { path }, ...more });
