/** Seconds as people and Vault write them: `1h30m`. What is not set is nothing. */
export function durationText(seconds: unknown): string {
  if (typeof seconds !== 'number' || seconds <= 0) return '';
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  return parts.map(([value, unit]) => (value === 0 ? '' : `${value}${unit}`)).join('');
}
