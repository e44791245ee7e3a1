import { useSyncExternalStore } from 'react';
import { keep } from '../ui/kept';

const KEY = 'tidelock-theme';
type Theme = 'light' | 'dark';

const listeners = new Set<() => void>();

/** The theme that is shown: the one that was chosen, or the system's. */
function shownTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** What is not shown now. */
export const useOtherTheme = (): Theme => (useSyncExternalStore(subscribe, shownTheme) === 'dark' ? 'light' : 'dark');

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  keep(KEY, theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
