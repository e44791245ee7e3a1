import type { Session } from './session';

/** Without input for so long, whoever sat there may be gone. */
const IDLE_MS = 30 * 60_000;
/** Told before the token ends. */
const WARN_MS = 5 * 60_000;

/** What is to be done about a session now. Renewed behind two thirds of its life, where somebody was there since it began. */
export function dueFor(session: Session, now: number, idleMs: number): 'ended' | 'idle' | 'renew' | 'warn' | undefined {
  const { expires = Infinity, ttlSeconds, renewable } = session;
  if (now >= expires) return 'ended';
  if (idleMs >= IDLE_MS) return 'idle';
  const left = expires - now;
  if (renewable && left < (ttlSeconds * 1000) / 3 && idleMs < ttlSeconds * 1000) return 'renew';
  return left < WARN_MS ? 'warn' : undefined;
}
