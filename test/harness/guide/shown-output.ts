const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const HASH = /\b[0-9a-f]{32,}\b/g;
const ADDRESS = /https?:\/\/[\w.:-]+/g;
const NUMBER = /(?<![\w<])-?\d+(?:\.\d+)?/g;

/**
 * Whether a command printed what a guide shows. `…` in the guide stands for any text, alone in a line for any lines. Addresses, times, ids and
 * hashes stand for any other of their kind; a number for any number, where 0 stands for 0 alone. A line that is one number has to be that number.
 * White space and the length of rules count for nothing.
 *
 * @returns what is wrong; `undefined` when nothing is.
 */
export function differenceFromShown(shown: string, printed: string): string | undefined {
  const pattern = linesOf(shown).map(patternOf).join('');
  if (
    new RegExp(`^${pattern}$`).test(
      linesOf(printed)
        .map((line) => `${line}\n`)
        .join(''),
    )
  )
    return undefined;
  return `the guide shows\n${shown}\nbut this was printed\n${printed}`;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(normal)
    .filter((line) => line !== '');

function normal(line: string): string {
  const text = line.trim().replace(/\s+/g, ' ').replace(/-{3,}/g, '---');
  if (/^\d+$/.test(text)) return text;
  return text
    .replace(TIME, '<time>')
    .replace(UUID, '<uuid>')
    .replace(HASH, '<hash>')
    .replace(ADDRESS, '<address>')
    .replace(NUMBER, (number) => (Number(number) === 0 ? '0' : '<number>'));
}

const patternOf = (line: string): string =>
  line === '…' ? '(?:.*\\n)*' : `${line.split('…').map(escaped).join('.*')}\\n`;
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
