/** A mount of a secrets engine, as far as the token sees it. */
export interface SecretMount {
  /** Without the slash behind it. */
  readonly path: string;
  readonly type: string;
  readonly description: string;
}

/** `data` of `sys/internal/ui/mounts`, asked with a token. */
export interface MountsAnswer {
  readonly secret?: unknown;
}

export function secretMountsIn({ secret }: MountsAnswer): SecretMount[] {
  if (typeof secret !== 'object' || secret === null) return [];
  return Object.entries(secret as Record<string, { readonly type?: unknown; readonly description?: unknown } | null>)
    .map(([path, mount]) => ({
      path: path.replace(/\/$/, ''),
      type: String(mount?.type ?? ''),
      description: String(mount?.description ?? ''),
    }))
    .filter(({ type }) => !INTERNAL.has(type));
}

/** Engines that every cluster has, and that have pages of other names. */
const INTERNAL = new Set(['system', 'identity', 'ns_system', 'ns_identity']);

/**
 * The addresses below `/ui` of what a path of the API is about, the most exact first. The router knows which of them there are: areas whose pages are
 * still to come are named here already.
 */
export function placesOf(typed: string, mounts: readonly SecretMount[]): string[] {
  const path = typed
    .trim()
    .replace(/^(?:https?:\/\/[^/]+)?\/*(?:v1\/)?/, '')
    .replace(/\/+$/, '');
  if (path === '') return [];
  const mount = mounts
    .filter((known) => path === known.path || path.startsWith(`${known.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return mount === undefined ? systemPlacesOf(path) : placesInMount(mount, path.slice(mount.path.length + 1), typed);
}

/** Where the secrets of a mount begin. */
export const placesOfMount = ({ path, type }: SecretMount): string[] => {
  const mount = `/vault/secrets/${encodeURIComponent(path)}`;
  return [...(type === 'kv' ? [`${mount}/kv/list/`] : []), `${mount}/configuration`];
};

function placesInMount(mount: SecretMount, below: string, typed: string): string[] {
  // As the API of kv version 2 has it, or as people say it.
  const name = mount.type === 'kv' ? below.replace(/^(?:data|metadata|delete|undelete|destroy|subkeys)\//, '') : below;
  const places = placesOfMount(mount);
  if (name === '' || mount.type !== 'kv') return places;
  const engine = `/vault/secrets/${encodeURIComponent(mount.path)}/kv`;
  const secret = name.split('/').map(encodeURIComponent).join('/');
  const [show, list] = [`${engine}/show/${secret}`, `${engine}/list/${secret}`];
  return typed.trim().endsWith('/') ? [list, show] : [show, list];
}

/** What lies below `sys` and `auth`, by its longest beginning. */
const AREAS: readonly (readonly [beginning: string, place: string, hasNames?: 'names'])[] = [
  ['sys/policies/acl', '/vault/policies/acl', 'names'],
  ['sys/policy', '/vault/policies/acl', 'names'],
  ['sys/replication/performance', '/vault/replication/performance'],
  ['sys/replication', '/vault/replication'],
  ['auth/token', '/vault/access/tokens'],
  ['sys/generate-root', '/vault/generate-root'],
  ['sys/rekey', '/vault/settings/keys'],
  ['sys/rotate', '/vault/settings/keys'],
  ['sys/key-status', '/vault/settings/keys'],
  ['sys/seal', '/vault/settings/seal'],
  ['sys/seal-status', '/vault/settings/seal'],
  ['sys/mounts', '/vault/secrets'],
  ['sys/auth', '/vault/access'],
  ['sys/leases', '/vault/access/leases'],
  ['sys/audit', '/vault/audit'],
  ['sys/wrapping', '/vault/tools'],
  ['sys/tools', '/vault/tools'],
  ['identity/entity', '/vault/access/identity/entities'],
  ['identity/group', '/vault/access/identity/groups'],
];

function systemPlacesOf(path: string): string[] {
  const user = /^auth\/(.+?)\/users(?:\/(.+))?$/.exec(path);
  if (user !== null) return userPlacesOf(user[1] as string, user[2]);
  if (path.startsWith('auth/') && !/^auth\/token(?:\/|$)/.test(path))
    return [`/vault/access/${encodeURIComponent(path.slice(5))}/configuration`, '/vault/access'];
  const area = AREAS.find(([beginning]) => path === beginning || path.startsWith(`${beginning}/`));
  if (area === undefined) return [];
  const [beginning, place, hasNames] = area;
  const name = path.slice(beginning.length + 1);
  return hasNames && name !== '' ? [`${place}/${name.split('/').map(encodeURIComponent).join('/')}`, place] : [place];
}

function userPlacesOf(mount: string, user: string | undefined): string[] {
  const users = `/vault/access/${encodeURIComponent(mount)}/users`;
  return [...(user === undefined ? [] : [`${users}/show/${encodeURIComponent(user)}`]), users, '/vault/access'];
}
