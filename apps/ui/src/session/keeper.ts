import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Auth, type Envelope, send } from '../api/send';
import { dueFor, type Ending } from './due';
import { begin, type Session, sessionStore, signOut } from './session';

const LOOK_MS = 1000;

let lastInput = Date.now();
for (const event of ['keydown', 'pointerdown'] as const)
  addEventListener(event, () => (lastInput = Date.now()), { passive: true, capture: true });

/** Renews the session while somebody is there, and ends it with its token. @returns milliseconds left, when it is to be told. */
export function useSessionKeeper(onEnd: (why: Ending) => void): number | undefined {
  const session = useSyncExternalStore(sessionStore.subscribe, sessionStore.get);
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    if (session === undefined) return;
    let asking = false;
    const timer = setInterval(() => {
      const now = Date.now();
      const due = dueFor(session, now, now - lastInput);
      setLeft(due === 'warn' ? (session.expires ?? now) - now : undefined);
      if (due === 'ended' || due === 'idle') {
        void signOut();
        onEnd(due);
      } else if (due === 'renew' && !asking) {
        asking = true;
        void renew(session);
      }
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [session, onEnd]);
  return left;
}

/** One that cannot be renewed any further is not asked again: it is told when it ends. Who has signed out meanwhile stays so. */
async function renew(session: Session): Promise<void> {
  const next = await renewed(session);
  if (sessionStore.get() === session) begin(next);
}

async function renewed(session: Session): Promise<Session> {
  try {
    const { auth } = await send<Envelope<null>>(
      { method: 'POST', path: 'auth/token/renew-self' },
      { token: session.token },
    );
    const { lease_duration: seconds, renewable } = auth as Auth;
    const isLonger = Date.now() + seconds * 1000 > (session.expires ?? 0) + 1000;
    return { ...session, expires: Date.now() + seconds * 1000, renewable: renewable && isLonger };
  } catch {
    return { ...session, renewable: false };
  }
}
