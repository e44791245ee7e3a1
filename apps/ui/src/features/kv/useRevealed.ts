import { useEffect, useState } from 'react';

/** Values are hidden again after so long: somebody may have left. */
const SHOWN_MS = 60_000;

export interface Revealed {
  readonly isShown: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  readonly showOnly: (keys: readonly string[]) => void;
}

/** Which values are shown. */
export function useRevealed(): Revealed {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (shown.size === 0) return;
    const timer = setTimeout(() => setShown(new Set()), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return {
    isShown: (key) => shown.has(key),
    toggle: (key) => setShown((now) => toggled(now, key)),
    showOnly: (keys) => setShown(new Set(keys)),
  };
}

/** With a member that was not in it, or without one that was. */
export function toggled<Member>(set: ReadonlySet<Member>, member: Member): ReadonlySet<Member> {
  const rest = new Set(set);
  if (!rest.delete(member)) rest.add(member);
  return rest;
}
