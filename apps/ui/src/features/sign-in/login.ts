import type { ApiRequest } from '../../api/request';
import { type Auth, type Envelope, send } from '../../api/send';
import type { Session } from '../../session/session';

/** A way to prove who one is. */
export interface Method {
  readonly type: 'token' | 'userpass';
  readonly label: string;
}

/** In the order of the drop-down; the first is the default. */
export const METHODS: readonly Method[] = [
  { type: 'token', label: 'Token' },
  { type: 'userpass', label: 'Username' },
];

/** An auth mount that its administrator lists for those who have not signed in (`listing_visibility=unauth`). */
export interface ListedMount {
  readonly path: string;
  readonly type: Method['type'];
  readonly description: string;
}

/** `data` of `sys/internal/ui/mounts`, asked without a token. */
interface MountsAnswer {
  readonly auth?: Readonly<Record<string, { readonly type?: unknown; readonly description?: unknown }>>;
}

export const LISTED_MOUNTS: ApiRequest = { method: 'GET', path: 'sys/internal/ui/mounts' };

/** Those that this page can sign in by. */
export function listedMountsIn({ auth = {} }: MountsAnswer): ListedMount[] {
  return Object.entries(auth).flatMap(([path, { type, description }]) => {
    const method = METHODS.find((known) => known.type === type);
    if (method === undefined) return [];
    return [{ path: path.replace(/\/$/, ''), type: method.type, description: String(description ?? '') }];
  });
}

export interface Credentials {
  readonly method: Method['type'];
  /** Where the method is mounted, without `auth/`. */
  readonly mount: string;
  readonly token: string;
  readonly username: string;
  readonly password: string;
}

/** @throws {ApiError} */
export const signIn = (credentials: Credentials, now: number): Promise<Session> =>
  credentials.method === 'token' ? byToken(credentials.token.trim(), now) : byPassword(credentials, now);

/** `data` of `auth/token/lookup-self`. */
interface LookedUp {
  readonly display_name: string;
  /** Seconds left; 0: without end. */
  readonly ttl: number;
  readonly creation_ttl: number;
  readonly renewable?: boolean;
  readonly num_uses?: number;
}

async function byToken(token: string, now: number): Promise<Session> {
  const { data } = await send<Envelope<LookedUp>>({ method: 'GET', path: 'auth/token/lookup-self' }, { token });
  return {
    token,
    name: data.display_name,
    ...(data.ttl > 0 && { expires: now + data.ttl * 1000 }),
    ttlSeconds: data.creation_ttl,
    renewable: data.renewable === true,
    madeHere: false,
    isCounted: isCounted(data),
  };
}

async function byPassword({ mount, username, password }: Credentials, now: number): Promise<Session> {
  const path = `auth/${mount}/login/${username}`;
  const { auth } = await send<Envelope<null>>({ method: 'POST', path, body: { password } });
  return sessionOf(auth as Auth, username, now);
}

const sessionOf = (auth: Auth, name: string, now: number): Session => ({
  token: auth.client_token,
  name: auth.display_name ?? name,
  ...(auth.lease_duration > 0 && { expires: now + auth.lease_duration * 1000 }),
  ttlSeconds: auth.lease_duration,
  renewable: auth.renewable,
  madeHere: true,
  isCounted: isCounted(auth),
});

const isCounted = ({ num_uses: uses = 0 }: { readonly num_uses?: number }): boolean => uses > 0;
