import { MoonIcon, SunIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { chooseTheme, shownTheme } from './theme';

export function ThemeButton() {
  const [theme, setTheme] = useState(shownTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <Button
      kind="quiet"
      aria-label={`Use the ${other} theme`}
      icon={theme === 'dark' ? <SunIcon /> : <MoonIcon />}
      onClick={() => {
        chooseTheme(other);
        setTheme(other);
      }}
    />
  );
}
