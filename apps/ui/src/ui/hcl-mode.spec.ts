import { StringStream } from '@codemirror/language';
import { hclMode } from './hcl-mode';

/** Each coloured piece of a text. */
function coloured(text: string): string[] {
  const state = hclMode.startState!(2);
  return text.split('\n').flatMap((line) => {
    const stream = new StringStream(line, 2, 2);
    const found: string[] = [];
    while (!stream.eol()) {
      stream.start = stream.pos;
      const style = hclMode.token(stream, state);
      if (style !== null) found.push(`${stream.current()} ${style}`);
    }
    return found;
  });
}

describe('the colours of HCL', () => {
  it('tell blocks, keys, texts, numbers and words apart', () => {
    expect(coloured('path "a/\\"b" { ttl = -1.5e3 }')).toEqual([
      'path keyword',
      '"a/\\"b" string',
      'ttl propertyName',
      '-1.5e3 number',
    ]);
    expect(coloured('ui = true # on')).toEqual(['ui propertyName', 'true bool', '# on comment']);
  });

  it('know a comment of several lines, and a text that is not ended', () => {
    expect(coloured('/* one\n two */ a\n"b')).toEqual(['/* one comment', ' two */ comment', 'a keyword', '"b string']);
  });
});
