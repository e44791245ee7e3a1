import { isTidelockError, TidelockError } from '@tidelock/kernel';
import type { ResolvedPath } from '@tidelock/core/mounts';

/** Whether a request is about a mount that is hidden: it serves the request, lies where it goes, or is named by it. */
export function meetsHidden(
  path: string,
  data: Readonly<Record<string, unknown>>,
  resolved: ResolvedPath | undefined,
  hidden: readonly string[],
): boolean {
  if (hidden.length === 0) return false;
  const met = [asMount('', path), ...(resolved ? [resolved.mount.path, ...namedIn(resolved, data)] : [])];
  return met.some((named) => hidden.some((mount) => named.startsWith(mount)));
}

/** An error that names a hidden mount, as one that does not: a path may be taken by what the secondary is not given. */
export function withoutHidden(error: unknown, hidden: readonly string[]): unknown {
  // What the request names itself it may be told.
  if (!isTidelockError(error) || error.code === 'NO_HANDLER') return error;
  const names = hidden.flatMap((path) => [path.slice(0, -1), path.slice(0, -1).replace(/^auth\//, '')]);
  const tells = error.errors.some((text) => names.some((name) => text.includes(name)));
  return tells
    ? new TidelockError(error.code, {
        status: error.status,
        text: 'the request meets something that this secondary is not given',
      })
    : error;
}

function namedIn(
  { declaration: { names = {} }, params }: ResolvedPath,
  data: Readonly<Record<string, unknown>>,
): string[] {
  const { param, within = '', members = [] } = names;
  const given = [
    ...(param === undefined ? [] : [params[param]]),
    ...members.map((member) => (Object.hasOwn(data, member) ? data[member] : undefined)),
  ];
  return given.filter((name) => name !== undefined).map((name) => asMount(within, String(name)));
}

/** As mounts are written: no `/` before, one after. */
const asMount = (within: string, name: string): string => `${within}${name.replace(/^\/+|\/+$/g, '')}/`;
