import { keep } from '../ui/kept';

const KEY = 'tidelock-theme';

/** The theme that is shown: the one that was chosen, or the system's. */
export function shownTheme(): 'light' | 'dark' {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function chooseTheme(theme: 'light' | 'dark'): void {
  document.documentElement.dataset['theme'] = theme;
  keep(KEY, theme);
}
