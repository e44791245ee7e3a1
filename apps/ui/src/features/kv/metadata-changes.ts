import { textOf } from '../../api/exact-json';

/** What differs, and nothing else: what somebody else has changed meanwhile stays. */
export const changesOf = <Settings extends object>(was: Settings, now: Settings): Partial<Settings> =>
  Object.fromEntries(
    Object.entries(now).filter(([key, value]) => textOf(value) !== textOf(was[key as keyof Settings])),
  ) as Partial<Settings>;
