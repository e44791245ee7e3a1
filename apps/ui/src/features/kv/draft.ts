import { isData, parseExactly, type SecretData, shownAs, textOf } from '../../api/exact-json';

/** A key and its value while they are edited. */
export interface DraftRow {
  /** Of this row on the page. */
  readonly id: number;
  readonly key: string;
  readonly value: string;
  /** How the value is to be taken. */
  readonly kind: 'text' | 'json';
}

let nextId = 0;

export const newRow = (key = '', value = '', kind: DraftRow['kind'] = 'text'): DraftRow => ({
  id: (nextId += 1),
  key,
  value,
  kind,
});

/** At least one row, to be filled in. */
export function rowsOf(data: SecretData): readonly DraftRow[] {
  const rows = Object.entries(data).map(([key, value]) =>
    newRow(key, shownAs(value), typeof value === 'string' ? 'text' : 'json'),
  );
  return rows.length === 0 ? [newRow()] : rows;
}

/** What was entered, or what is wrong with it. */
export type Entered = { readonly data: SecretData; readonly fault?: never } | { readonly fault: string };

/** Rows in which nothing stands are left out. */
export function enteredIn(rows: readonly DraftRow[]): Entered {
  const members = new Map<string, unknown>();
  for (const { key, value, kind } of rows) {
    if (key === '' && value === '') continue;
    if (key === '') return { fault: 'A value has no key.' };
    if (members.has(key)) return { fault: `The key ${key} stands twice.` };
    const read = kind === 'text' ? { value } : jsonIn(value);
    if (read.fault !== undefined) return { fault: `The value of ${key} is no JSON: ${read.fault}` };
    members.set(key, read.value);
  }
  return { data: Object.fromEntries(members) };
}

export function enteredAs(text: string): Entered {
  if (text.trim() === '') return { data: {} };
  const read = jsonIn(text);
  if (read.fault !== undefined) return { fault: `This is no JSON: ${read.fault}` };
  return isData(read.value) ? { data: read.value } : { fault: 'A secret is a JSON object: { "key": "value" }.' };
}

function jsonIn(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: parseExactly(text) };
  } catch (error) {
    return { fault: placed(error instanceof Error ? error.message : String(error), text) };
  }
}

/** Line and column in place of a position, which nobody can find. */
function placed(message: string, text: string): string {
  return message.replace(/ at position (\d+)/, (_, position: string) => {
    const before = text.slice(0, Number(position)).split('\n');
    return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  });
}

export const isSame = (one: SecretData, other: SecretData): boolean => textOf(one) === textOf(other);
