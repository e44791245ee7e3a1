import { useEffect, useRef } from 'react';
import { keep, kept } from './kept';
import type { PageKey } from './strokes';

/** Of shortcuts, as this machine's keyboard has it. */
export const MODIFIER = /Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl';

interface Bound {
  readonly key: PageKey;
  readonly act: () => void;
}

const bound: Bound[] = [];

/**
 * Has a key do something while the page is shown; `undefined`: it does nothing now. Of two that want the same key the later one has it.
 *
 * @example
 * useKey('n', may('sys/policies/acl/*', 'create') ? () => setOpen(true) : undefined);
 */
export function useKey(key: PageKey, action: (() => void) | undefined): void {
  const latest = useRef(action);
  const isOn = action !== undefined;
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    if (!isOn) return;
    const entry: Bound = { key, act: () => latest.current?.() };
    bound.push(entry);
    return () => void bound.splice(bound.indexOf(entry), 1);
  }, [key, isOn]);
}

/** What the page that is shown does by a key. */
export const actionOf = (key: PageKey): (() => void) | undefined => bound.findLast((entry) => entry.key === key)?.act;

const LETTERS = 'tidelock-letter-keys';

/** Single letters can be in the way of who speaks, or slips (WCAG 2.1.4). */
export const lettersAreOn = (): boolean => kept(LETTERS) !== 'off';
export const setLetters = (on: boolean): void => keep(LETTERS, on ? 'on' : 'off');
