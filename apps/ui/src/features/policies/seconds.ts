const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};
const TERM = '(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h|d)';
const DURATION = new RegExp(`^[+-]?(?:${TERM})+$`);
const TERMS = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/g;
/** What Go's int64 of nanoseconds holds. */
const MOST = 9_223_372_036;

/** Seconds as Vault reads them: a number, `"30"`, `90s`, `1h30m`, `7d`. @returns `undefined`: no duration. */
export function secondsIn(value: unknown): number | undefined {
  if (value === null || value === '') return 0;
  const seconds = typeof value === 'number' ? value : typeof value === 'string' ? secondsOf(value) : NaN;
  return Math.abs(seconds) <= MOST ? Math.trunc(seconds) : undefined;
}

function secondsOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  if (!DURATION.test(text)) return NaN;
  const sum = [...text.matchAll(TERMS)].reduce(
    (seconds, [, count, unit]) => seconds + Number(count) * (UNITS[unit as string] as number),
    0,
  );
  return text.startsWith('-') ? -sum : sum;
}
