import { MoonIcon, SunIcon } from '@primer/octicons-react';
import { Button } from '../ui/Button';
import { chooseTheme, useOtherTheme } from './theme';

export function ThemeButton() {
  const other = useOtherTheme();
  return (
    <Button
      kind="quiet"
      aria-label={`Use the ${other} theme`}
      icon={other === 'light' ? <SunIcon /> : <MoonIcon />}
      onClick={() => chooseTheme(other)}
    />
  );
}
