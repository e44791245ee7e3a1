/** How a state is shown: never by its colour alone. */
export type Health = 'ok' | 'syncing' | 'bad' | 'down' | 'unknown';

const HEALTH: Readonly<Record<string, Health>> = {
  running: 'ok',
  ready: 'ok',
  'stream-wals': 'ok',
  connected: 'ok',
  'merkle-diff': 'syncing',
  'merkle-sync': 'syncing',
  bootstrapping: 'syncing',
  connecting: 'syncing',
  idle: 'bad',
  disconnected: 'down',
  transient_failure: 'down',
  shutdown: 'down',
};

/** @param word `state`, `connection_state` or `connection_status`, in any case. */
export function healthOf(word: string): Health {
  const known = String(word).toLowerCase();
  return Object.hasOwn(HEALTH, known) ? (HEALTH[known] as Health) : 'unknown';
}

const WORST: readonly Health[] = ['down', 'bad', 'unknown', 'syncing', 'ok'];

/** The one that a person has to know of. */
export const worstOf = (...all: readonly Health[]): Health => WORST.find((health) => all.includes(health)) ?? 'unknown';
