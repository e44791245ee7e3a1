import type { MountConfig } from '@tidelock/engine-api';
import type { MountRecord } from './mount';

export interface BuiltIn extends Pick<MountRecord, 'kind' | 'path' | 'type' | 'description' | 'local'> {
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
