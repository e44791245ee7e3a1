const DURATION_KEY = /^(?:ttl|period|duration|lease_max|ttl_max)$|_(?:ttl|period|duration)$/;

/** Seconds as a person reads them, without empty parts: `768h`, `1h30m`, `45s`. */
export function humanDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  const parts: Array<[number, string]> = [
    [Math.trunc(seconds / 3600), 'h'],
    [Math.trunc((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  return parts
    .filter(([amount]) => amount !== 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}

/** A number under a key that tells of a duration is shown as one. */
export const humanValue = (key: string, value: unknown): unknown =>
  typeof value === 'number' && DURATION_KEY.test(key) ? humanDuration(value) : value;
