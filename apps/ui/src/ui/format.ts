const number = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const utc = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** What an answer lacks is no number. */
export const countOf = (value: number): string => (Number.isFinite(value) ? number.format(value) : '–');

/** `1 mount`, `2,000 mounts`. */
export const amountOf = (count: number, word: string): string => `${countOf(count)} ${word}${count === 1 ? '' : 's'}`;

/** `47 ms`, `1.2 s`, `21 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(milliseconds / 1000);
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  let rest = seconds;
  return units
    .slice(first, first + 2)
    .map(([size, unit]) => {
      const value = Math.floor(rest / size);
      rest -= value * size;
      return value === 0 ? '' : `${value} ${unit}`;
    })
    .filter(Boolean)
    .join(' ');
}

/** `12 bytes`, `3.4 MiB`. */
export function bytesOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 5);
  return `${(bytes / 1024 ** power).toFixed(1)} ${['', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][power]}`;
}

/** What an answer lacks, or has in another form, is no time: a formatter would throw. */
const isTime = (moment: number): boolean => typeof moment === 'number' && !Number.isNaN(new Date(moment).getTime());

export const timeOf = (moment: number): string => (isTime(moment) ? clock.format(moment) : '–');

export const dayOf = (moment: number): string => (isTime(moment) ? day.format(moment) : '–');

/** In both zones: whoever compares with a server's log needs its own. */
export const momentOf = (moment: number): string =>
  isTime(moment) ? `${day.format(moment)} (${utc.format(moment)} UTC)` : '–';
