import type { EngineKind, MountConfig } from '@tidelock/engine-api';

export interface BuiltIn {
  readonly kind: EngineKind;
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly local: boolean;
  readonly config?: Partial<MountConfig>;
}

/** Mounts that the service makes by itself. */
export const BUILT_INS: readonly BuiltIn[] = [
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
