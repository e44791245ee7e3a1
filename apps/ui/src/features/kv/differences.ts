import { type SecretData, shownAs, textOf } from '../../api/exact-json';

/** A key of two states of a secret. */
export interface Difference {
  readonly key: string;
  readonly word: 'added' | 'removed' | 'changed' | 'same';
  /** As shown; `undefined`: it is not there. */
  readonly old: string | undefined;
  readonly now: string | undefined;
}

/** From the old state to the new one, key by key; what differs stands first. */
export function differencesOf(old: SecretData, now: SecretData): readonly Difference[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const all = keys.map((key) => differenceAt(key, old, now));
  return [...all.filter(({ word }) => word !== 'same'), ...all.filter(({ word }) => word === 'same')];
}

function differenceAt(key: string, old: SecretData, now: SecretData): Difference {
  const [before, behind] = [valueAt(key, old), valueAt(key, now)];
  const word = wordFor(before?.json, behind?.json);
  // 1 and "1" look alike: where only their kind differs, both are shown as JSON.
  const as = word === 'changed' && before?.shown === behind?.shown ? 'json' : 'shown';
  return { key, word, old: before?.[as], now: behind?.[as] };
}

const valueAt = (key: string, data: SecretData) =>
  Object.hasOwn(data, key) ? { json: textOf(data[key]), shown: shownAs(data[key]) } : undefined;

function wordFor(old: string | undefined, now: string | undefined): Difference['word'] {
  if (old === now) return 'same';
  if (old === undefined) return 'added';
  return now === undefined ? 'removed' : 'changed';
}
