import type { StreamParser, StringStream } from '@codemirror/language';

interface HclState {
  /** Between slash and star. */
  inComment: boolean;
  /** How many braces and brackets are open. */
  depth: number;
}

const WORDS: readonly (readonly [pattern: RegExp, style: string | null])[] = [
  [/^"(?:[^"\\]|\\.)*"?/, 'string'],
  [/^-?\d[\w.]*/, 'number'],
  [/^(?:true|false)\b/, 'bool'],
  [/^[\p{L}_][\p{L}\p{Nd}_.-]*(?=\s*=)/u, 'propertyName'],
  [/^[\p{L}_][\p{L}\p{Nd}_.-]*/u, 'keyword'],
];

/** Colours for HCL 1, and for JSON, which is HCL, too. What is right is said by `@tidelock/hcl`. */
export const hclMode: StreamParser<HclState> = {
  name: 'hcl',
  startState: () => ({ inComment: false, depth: 0 }),
  token(stream, state) {
    if (state.inComment || stream.match('/*')) return comment(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match(/^(?:#|\/\/).*/)) return 'comment';
    const found = WORDS.find(([pattern]) => stream.match(pattern));
    if (found !== undefined) return found[1];
    state.depth = Math.max(0, state.depth + step(stream.next()));
    return null;
  },
  languageData: {
    commentTokens: { line: '#' },
    closeBrackets: { brackets: ['{', '[', '"'] },
    indentOnInput: /^\s*\}$/,
  },
  indent: ({ depth }, textAfter, { unit }) => Math.max(0, depth - (/^\s*[}\]]/.test(textAfter) ? 1 : 0)) * unit,
};

const step = (character: string | void): number =>
  character === '{' || character === '[' ? 1 : character === '}' || character === ']' ? -1 : 0;

function comment(stream: StringStream, state: HclState): string {
  state.inComment = stream.match(/^.*?\*\//) === null;
  if (state.inComment) stream.skipToEnd();
  return 'comment';
}
