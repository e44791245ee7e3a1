/** A message that comes and goes. */
export interface Flash {
  readonly id: number;
  readonly text: string;
  /** Errors stay until they are closed. */
  readonly isError: boolean;
}

const SHOWN_MS = 8000;

let flashes: readonly Flash[] = [];
let next = 0;
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export const flashStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: (): readonly Flash[] => flashes,
};

export function flash(text: string, { isError = false } = {}): void {
  const id = (next += 1);
  change([...flashes, { id, text, isError }]);
  if (!isError) setTimeout(() => close(id), SHOWN_MS);
}

/** What an answer warns of, each by itself. */
export const flashWarnings = (warnings: readonly string[] | null | undefined): void =>
  (warnings ?? []).forEach((text) => flash(text));

export const close = (id: number): void => change(flashes.filter((shown) => shown.id !== id));

function change(now: readonly Flash[]): void {
  flashes = now;
  for (const listener of listeners) listener();
}
