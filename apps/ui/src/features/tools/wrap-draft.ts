import { isData, parseExactly } from '../../api/exact-json';

export interface Row {
  readonly name: string;
  readonly value: string;
}

/** What is about to be wrapped: as rows of texts, or as JSON. */
export type WrapDraft =
  { readonly as: 'rows'; readonly rows: readonly Row[] } | { readonly as: 'json'; readonly text: string };

type Data = Readonly<Record<string, unknown>>;

export const EMPTY_ROW: Row = { name: '', value: '' };

/** @throws {SyntaxError | Error} with what is wrong, for people. */
export function dataOf(draft: WrapDraft): Data {
  if (draft.as === 'json') return objectIn(draft.text);
  const rows = draft.rows.filter(({ name, value }) => name !== '' || value !== '');
  if (rows.some(({ name }) => name === '')) throw new Error('A value has no name.');
  const names = rows.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`The name ${twice} stands twice.`);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** For a command that is shown: a shell keeps what is typed. */
export const withoutValues = (data: Data): Data =>
  Object.fromEntries(Object.keys(data).map((name) => [name, '<value>']));

/** Where it cannot be told the other way, it says so and stays as it is. @throws as `dataOf`. */
export function turned(draft: WrapDraft): WrapDraft {
  const data = dataOf(draft);
  if (draft.as === 'rows') return { as: 'json', text: JSON.stringify(data, null, 2) };
  const rows = Object.entries(data).map(([name, value]) => {
    if (typeof value !== 'string') throw new Error(`The value of ${name} is no text: it can be told in JSON alone.`);
    return { name, value };
  });
  return { as: 'rows', rows: rows.length === 0 ? [EMPTY_ROW] : rows };
}

function objectIn(text: string): Data {
  const data = parseExactly(text);
  if (!isData(data)) throw new Error('What is wrapped is a JSON object: { "name": "value" }.');
  return data;
}
