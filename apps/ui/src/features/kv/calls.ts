import type { ApiRequest } from '../../api/request';
import type { SecretData } from '../../api/exact-json';

/** Where secrets are kept: its path, without slashes around it. */
export interface KvMount {
  readonly path: string;
  readonly version: 1 | 2;
  /** Never replicated: a secondary writes it by itself. */
  readonly isLocal: boolean;
}

type Area = 'data' | 'metadata' | 'delete' | 'undelete' | 'destroy';

/** Below a mount of version 2 each thing that can be done with a secret has a path of its own. */
export function pathOf({ path, version }: KvMount, area: Area, name: string): string {
  return [path, ...(version === 2 ? [area] : []), ...(name === '' ? [] : [name])].join('/');
}

/** The path whose capability `list` a folder needs. */
export const listPathOf = (mount: KvMount, folder: string): string =>
  `${pathOf(mount, 'metadata', folder.replace(/\/+$/, ''))}/`;

/** @param version absent: the latest. */
export const readSecret = (mount: KvMount, name: string, version?: number): ApiRequest => ({
  method: 'GET',
  path: pathOf(mount, 'data', name),
  ...(version !== undefined && { query: { version: String(version) } }),
});

/** @param cas the version that is replaced; 0: there is none; absent: whatever is there. */
export const writeSecret = (mount: KvMount, name: string, data: SecretData, cas?: number): ApiRequest => ({
  method: 'POST',
  path: pathOf(mount, 'data', name),
  body: mount.version === 1 ? data : { data, ...(cas !== undefined && { options: { cas } }) },
});

/** Of version 1: the secret, for good. Of version 2: its latest version. */
export const deleteLatest = (mount: KvMount, name: string): ApiRequest => ({
  method: 'DELETE',
  path: pathOf(mount, 'data', name),
});

export type VersionsAction = 'delete' | 'undelete' | 'destroy';

export const changeVersions = (
  mount: KvMount,
  name: string,
  action: VersionsAction,
  versions: readonly number[],
): ApiRequest => ({ method: 'POST', path: pathOf(mount, action, name), body: { versions } });

export const readMetadata = (mount: KvMount, name: string): ApiRequest => ({
  method: 'GET',
  path: pathOf(mount, 'metadata', name),
});

export const deleteMetadata = (mount: KvMount, name: string): ApiRequest => ({
  method: 'DELETE',
  path: pathOf(mount, 'metadata', name),
});

/** What bounds the versions of a secret. */
export interface Limits {
  readonly max_versions: number;
  readonly cas_required: boolean;
  /** `0s`: never. */
  readonly delete_version_after: string;
}

/** What is kept beside a secret. */
export interface Settings extends Limits {
  readonly custom_metadata: SecretData;
}

/** @param settings those that are absent stay as they are. */
export const writeMetadata = (mount: KvMount, name: string, settings: Partial<Settings>): ApiRequest => ({
  method: 'POST',
  path: pathOf(mount, 'metadata', name),
  body: { ...settings },
});

export const readMount = (mount: string): ApiRequest => ({ method: 'GET', path: `sys/internal/ui/mounts/${mount}` });
