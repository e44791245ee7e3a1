import { send } from '../api/send';

/** Who is signed in here. */
export interface Session {
  readonly token: string;
  /** As the cluster names whoever it is. */
  readonly name: string;
  /** Milliseconds of this browser's clock; absent: without end. */
  readonly expires?: number;
  /** Seconds that the token was given at last, for renewals. */
  readonly ttlSeconds: number;
  readonly renewable: boolean;
  /** A login here made the token: signing out revokes it. One that was pasted is somebody's own. */
  readonly madeHere: boolean;
  /** The token ends behind a number of uses: nothing is asked with it again and again. */
  readonly isCounted?: boolean;
}

/**
 * Why nobody is signed in any more, where nobody has signed out here: the token has ended, nobody was there, the server no longer knows the token, it was
 * signed out in another tab, or the cluster has its primary's users now.
 */
export type Ending = 'ended' | 'idle' | 'unknown' | 'elsewhere' | 'joined';

/** Of this tab: it survives a reload, and ends with the tab. Never localStorage, a cookie or an address. */
const KEY = 'tidelock-session';

let current: Session | undefined = stored();
const listeners = new Set<() => void>();
const enders = new Set<(ended: Session, why: Ending | undefined) => void>();

/** For `useSyncExternalStore`. */
export const sessionStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: (): Session | undefined => current,
};

/** Is told of the end of each session. */
export function onEnd(listener: (ended: Session, why: Ending | undefined) => void): () => void {
  enders.add(listener);
  return () => void enders.delete(listener);
}

export function begin(session: Session): void {
  current = session;
  sessionStorage.setItem(KEY, JSON.stringify(session));
  for (const listener of listeners) listener();
}

/** Forgets the token. Whoever has read something with it forgets that, too, and the sign-in page says why. */
export function forget(why?: Ending): void {
  const ended = current;
  current = undefined;
  sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
  if (ended !== undefined) for (const listener of enders) listener(ended, why);
}

/** What became of the token at the server: one that was pasted is somebody's own, and goes on. */
export type SignedOut = 'revoked' | 'kept' | 'not revoked';

export async function signOut(why?: Ending): Promise<SignedOut> {
  const ended = current;
  forget(why);
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

export function isOver({ expires = Infinity }: Session): boolean {
  return expires <= Date.now();
}
