import { type Auth, type Envelope, send } from '../api/send';
import { dueFor } from './due';
import { isOfUnknownToken, isRefusal } from './refusals';
import { forget, type Session, sessionStore, signOut } from './session';
import { idleMs, renew } from './tabs';

const LOOK_MS = 1000;
/** Behind a renewal that did not arrive. */
const AGAIN_MS = 10_000;

let left: number | undefined;
let askAt = 0;
const listeners = new Set<() => void>();

/** Milliseconds until the session ends, where that is to be told; for `useSyncExternalStore`. */
export const timeLeft = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: (): number | undefined => left,
};

/** Renews the session while somebody is there, and ends it with its token: on every page, and while the cluster is sealed. */
setInterval(() => {
  const session = sessionStore.get();
  const now = Date.now();
  const due = session && dueFor(session, now, idleMs(now));
  tellLeft(due === 'warn' ? (session?.expires ?? now) - now : undefined);
  if (due === 'ended' || due === 'idle') void signOut(due);
  else if (session !== undefined && due === 'renew' && now >= askAt) {
    askAt = now + AGAIN_MS;
    void renewed(session).then(
      (next) => sessionStore.get() === session && renew(next),
      () => undefined,
    );
  }
}, LOOK_MS);

function tellLeft(now: number | undefined): void {
  if (left === now) return;
  left = now;
  for (const listener of listeners) listener();
}

/**
 * The session as it goes on. One that cannot be renewed any further is not asked again: it is told when it ends.
 *
 * @throws {ApiError} where nobody has refused it: it may be asked again.
 */
export async function renewed(session: Session): Promise<Session> {
  try {
    const { auth } = await send<Envelope<null>>(
      { method: 'POST', path: 'auth/token/renew-self' },
      { token: session.token },
    );
    const { lease_duration: seconds, renewable } = auth as Auth;
    const isLonger = Date.now() + seconds * 1000 > (session.expires ?? 0) + 1000;
    // It may be less than at first: the next renewal is due by what there is now.
    return { ...session, expires: Date.now() + seconds * 1000, ttlSeconds: seconds, renewable: renewable && isLonger };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...session, renewable: false };
  }
}

let looking = false;

/** A call was refused: where the server no longer knows the token, the session is over. */
export async function lookAfter(error: unknown): Promise<void> {
  const session = sessionStore.get();
  if (looking || session === undefined || !isOfUnknownToken(error)) return;
  looking = true;
  const found = await send({ method: 'GET', path: 'auth/token/lookup-self' }, { token: session.token }).catch(
    (failure: unknown) => failure,
  );
  looking = false;
  if (isOfUnknownToken(found) && sessionStore.get() === session) forget('unknown');
}
