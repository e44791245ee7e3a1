import { send } from '../api/send';

/** Who is signed in here. */
export interface Session {
  readonly token: string;
  /** As the cluster names whoever it is. */
  readonly name: string;
  /** Milliseconds of this browser's clock; absent: without end. */
  readonly expires?: number;
  /** Seconds that the token was given, for renewals. */
  readonly ttlSeconds: number;
  readonly renewable: boolean;
  /** A login here made the token: signing out revokes it. One that was pasted is somebody's own. */
  readonly madeHere: boolean;
}

/** Of this tab: it survives a reload, and ends with the tab. Never localStorage, a cookie or an address. */
const KEY = 'tidelock-session';

let current: Session | undefined = stored();
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export const sessionStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: (): Session | undefined => current,
};

export function begin(session: Session): void {
  current = session;
  sessionStorage.setItem(KEY, JSON.stringify(session));
  for (const listener of listeners) listener();
}

/** Forgets the token. Whoever has read something with it forgets that, too. */
export function forget(): void {
  current = undefined;
  sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

/** What became of the token at the server: one that was pasted is somebody's own, and goes on. */
export type SignedOut = 'revoked' | 'kept' | 'not revoked';

export async function signOut(): Promise<SignedOut> {
  const ended = current;
  forget();
  if (!ended?.madeHere) return 'kept';
  return send({ method: 'POST', path: 'auth/token/revoke-self' }, { token: ended.token }).then(
    () => 'revoked',
    () => 'not revoked',
  );
}

function stored(): Session | undefined {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null;
    return session !== null && typeof session.token === 'string' && !isOver(session) ? session : undefined;
  } catch {
    return undefined;
  }
}

function isOver({ expires = Infinity }: Session): boolean {
  return expires <= Date.now();
}
