import type { Source } from './source';

const OPENING = /<<-?[\p{L}\p{Nd}_]+\r?\n/uy;
const LINE_END = /\r?\n?$/;
const LINE = /[^\n]*\n?/y;

/**
 * Reads `<<ANCHOR` up to the line that holds the anchor alone. The form `<<-ANCHOR` takes the closing line's indentation
 * off every line, provided that all of them have it; the plain form keeps even the closing line's own, as HCL does.
 */
export function readHeredoc(source: Source): string {
  const start = source.position();
  const opening = source.take(OPENING);
  if (opening === undefined) throw source.error('heredoc anchor not found');
  const indented = opening.startsWith('<<-');
  const anchor = opening.slice(indented ? 3 : 2).trimEnd();
  const lines: string[] = [];
  for (;;) {
    const line = source.take(LINE) ?? '';
    if (line.trimStart().replace(LINE_END, '') === anchor) {
      const indentation = line.slice(0, line.indexOf(anchor));
      return indented ? unindent(lines, indentation) : lines.join('') + indentation;
    }
    if (!line.endsWith('\n')) throw source.error('heredoc not terminated', start);
    lines.push(line.replace('\r\n', '\n'));
  }
}

function unindent(lines: readonly string[], indentation: string): string {
  const removable = lines.every((line) => line.startsWith(indentation));
  return lines.map((line) => (removable ? line.slice(indentation.length) : line)).join('');
}
