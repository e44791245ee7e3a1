import type { Api, ApiAnswer } from '../../harness/api';
import type { Holding } from '../history/history';

/** A kind of replicated thing that holds one value at a time. */
export interface RegisterKind {
  readonly name: string;
  /** Path of a change, but for the register's name. */
  readonly prefix: string;
  /** How many of them there are in a round; 0: each is written once and for all. */
  readonly count: number;
  readonly weight: number;
  /** Secondaries refuse to change it, or know nothing of it. */
  readonly primaryOnly?: boolean;
  /** Share of the changes that remove it; default: one in eight. */
  readonly removals?: number;
  /** Writes may be bound to the version that was seen last. */
  readonly versioned?: boolean;
  write(api: Api, name: string, value: string, cas?: number): Promise<ApiAnswer>;
  remove(api: Api, name: string): Promise<ApiAnswer>;
  read(api: Api, name: string, headers: Record<string, string>): Promise<ApiAnswer>;
  /** What an answer to `read` (200 or 404) says. */
  holding(answer: ApiAnswer, name: string): Holding;
}

const plainIn = (mount: string) => ({
  name: mount,
  prefix: `${mount}/`,
  write: (api: Api, name: string, value: string) => api.post(`${mount}/${name}`, { value }),
  remove: (api: Api, name: string) => api.delete(`${mount}/${name}`),
  read: (api: Api, name: string, headers: Record<string, string>) =>
    api.request('GET', `${mount}/${name}`, undefined, headers),
  holding: ({ body }: ApiAnswer) => ({ value: body?.data?.value }),
});

export const PLAIN: RegisterKind = { ...plainIn('plain'), count: 10, weight: 10 };

/** Each written once: not one of them may be missing in the end. */
export const LOG: RegisterKind = { ...plainIn('log'), count: 0, weight: 6 };

export const VERSIONED: RegisterKind = {
  name: 'versioned',
  prefix: 'versioned/data/',
  count: 6,
  weight: 12,
  versioned: true,
  write: (api, name, value, cas) =>
    api.post(`versioned/data/${name}`, { data: { value }, ...(cas !== undefined && { options: { cas } }) }),
  remove: (api, name) => api.delete(`versioned/data/${name}`),
  read: (api, name, headers) => api.request('GET', `versioned/data/${name}`, undefined, headers),
  holding: ({ body }) => ({ value: body?.data?.data?.value, version: body?.data?.metadata?.version ?? 0 }),
};

const POLICY: RegisterKind = {
  name: 'policy',
  prefix: 'sys/policies/acl/',
  count: 4,
  weight: 3,
  write: (api, name, value) =>
    api.post(`sys/policies/acl/${name}`, { policy: `path "plain/${value}" { capabilities = ["read"] }` }),
  remove: (api, name) => api.delete(`sys/policies/acl/${name}`),
  read: (api, name, headers) => api.request('GET', `sys/policies/acl/${name}`, undefined, headers),
  holding: ({ body }) => ({ value: /"plain\/(.*)" \{/.exec(body?.data?.policy ?? '')?.[1] }),
};

const MOUNT: RegisterKind = {
  name: 'mount',
  prefix: 'sys/mounts/',
  count: 3,
  weight: 2,
  primaryOnly: true,
  // Enabling what is there is refused.
  removals: 0.5,
  write: (api, name, value) => api.post(`sys/mounts/${name}`, { type: 'kv', description: value }),
  remove: (api, name) => api.delete(`sys/mounts/${name}`),
  read: (api, _name, headers) => api.request('GET', 'sys/mounts', undefined, headers),
  holding: ({ body }, name) => ({ value: body?.data?.[`${name}/`]?.description }),
};

export const REGISTERS: readonly RegisterKind[] = [PLAIN, LOG, VERSIONED, POLICY, MOUNT];

/** @param key `<kind>/<name>` */
export function registerOf(key: string): { kind: RegisterKind; name: string } {
  const [kindName, name] = key.split('/') as [string, string];
  const kind = REGISTERS.find((one) => one.name === kindName);
  if (kind === undefined) throw new Error(`there is no register "${key}"`);
  return { kind, name };
}

/** The register that a request changed. @returns the path itself when it is none. */
export function keyOfPath(path: string): string {
  const kind = REGISTERS.find(({ prefix }) => path.startsWith(prefix));
  return kind === undefined ? path : `${kind.name}/${path.slice(kind.prefix.length)}`;
}
