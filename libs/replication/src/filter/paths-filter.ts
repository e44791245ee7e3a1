import { createHash } from 'node:crypto';
import { badRequest, type ForwardingLevel, LONGEST_MOUNT_PATH } from '@tidelock/kernel';

/** Which mounts a secondary may have (paths filter API page): `allow` = only those listed, `deny` = all but those. */
export interface PathsFilter {
  readonly mode: 'allow' | 'deny';
  /** Mounts (`secret/`, `auth/userpass/`) and folders of mounts (`team/`), each ending in `/`, none twice. */
  readonly paths: readonly string[];
}

/**
 * A filter as an operator writes it.
 *
 * @throws {TidelockError} INVALID_REQUEST for another mode, and for paths that name no mount.
 */
export function pathsFilterOf(mode: string, paths: readonly string[]): PathsFilter {
  if (mode !== 'allow' && mode !== 'deny') throw badRequest('mode must be one of "allow" or "deny"');
  return { mode, paths: [...new Set(paths.map(normalised))] };
}

function normalised(path: string): string {
  const plain = path.replace(/^\/+|\/+$/g, '');
  if (plain === '' || plain.includes('//'))
    throw badRequest(`invalid path ${JSON.stringify(path)}: name a mount, such as "secret/" or "auth/userpass/"`);
  if (plain.length > LONGEST_MOUNT_PATH)
    throw badRequest(`a path of the filter is too long: a mount's path has at most ${LONGEST_MOUNT_PATH} characters`);
  return `${plain}/`;
}

/**
 * @param singletons paths of the mounts that every cluster has.
 * @throws {TidelockError} INVALID_REQUEST for a filter that names one of them.
 */
export function requireNoSingleton({ paths }: PathsFilter, singletons: readonly string[]): void {
  const named = paths.find((path) => singletons.some((singleton) => path.startsWith(singleton)));
  if (named !== undefined) throw badRequest(`cannot filter ${JSON.stringify(named)}: every secondary has it`);
}

/** Whether one of the filter's paths is a mount's own, or a folder that it lies in. */
const lists = ({ paths }: PathsFilter, mountPath: string): boolean => paths.some((path) => mountPath.startsWith(path));

/** Whether a mount at this path goes to the secondary. */
export const lets = (filter: PathsFilter, mountPath: string): boolean =>
  lists(filter, mountPath) === (filter.mode === 'allow');

/** The filter's paths at and below which none of these mounts lies. */
export const pathsWithoutMount = ({ paths }: PathsFilter, mountPaths: readonly string[]): string[] =>
  paths.filter((path) => !mountPaths.some((mountPath) => mountPath.startsWith(path)));

/** Whether a mount falls under the filter only by the folder it lies in. */
export const listsByFolder = (filter: PathsFilter, mountPath: string): boolean =>
  lists(filter, mountPath) && !filter.paths.includes(mountPath);

/** Secondaries with equal filters share a stream: its name, 16 hex digits. */
export const filterId = ({ mode, paths }: PathsFilter): string =>
  createHash('sha256')
    .update(JSON.stringify([mode, [...paths].sort()]))
    .digest('hex')
    .slice(0, 16);

/** @throws {TidelockError} INVALID_REQUEST for what is none. */
export function forwardingLevelOf(text: string): ForwardingLevel {
  if (text !== 'all' && text !== 'data') throw badRequest('forwarding must be one of "all" or "data"');
  return text;
}

/** Who is not given everything is not believed everything. */
export const defaultLevel = (filter: PathsFilter | undefined): ForwardingLevel =>
  filter === undefined ? 'all' : 'data';

/** Without a path whose mount was removed or moved: what comes to lie there later is another mount. */
export const withoutPath = (filter: PathsFilter, path: string): PathsFilter => ({
  ...filter,
  paths: filter.paths.filter((listed) => listed !== path),
});
