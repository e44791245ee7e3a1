import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Guide, readGuide } from './guide';

const guideOf = (...lines: string[]): Guide => {
  const path = join(mkdtempSync(join(tmpdir(), 'tidelock-guide-')), 'guide.md');
  writeFileSync(path, lines.join('\n'));
  return readGuide(path);
};

describe('readGuide', () => {
  it('gives each section its blocks, what is shown below them, and how they end', () => {
    const { sections, untested } = guideOf(
      '# Guide',
      '<!-- test: one on clusters of their own -->',
      'Text.',
      '```sh',
      'date',
      '```',
      '',
      '```text',
      'Monday',
      '```',
      '```hcl',
      'a = 1',
      '```',
      '<!-- run: kill 1 -->',
      '1. In a list:',
      '   ```sh exit=2',
      '   for x in 1; do',
      '     false',
      '   done',
      '   ```',
      '   Prose.',
      '',
      '   ```text',
      '   not its output',
      '   ```',
      '<!-- test: two on the set -->',
      '```sh',
      'true',
      '```',
      '<!-- end: -->',
    );
    expect(untested).toEqual([]);
    expect(sections).toEqual([
      {
        name: 'one',
        clusters: 'clusters of their own',
        blocks: [
          { line: 4, code: 'date', exit: 0, shown: 'Monday' },
          { line: 14, code: 'kill 1', exit: 0 },
          { line: 16, code: 'for x in 1; do\n  false\ndone', exit: 2 },
        ],
      },
      { name: 'two', clusters: 'the set', blocks: [{ line: 27, code: 'true', exit: 0 }] },
    ]);
  });

  it('names what nobody runs', () => {
    expect(
      guideOf('```sh', 'date', '```', '<!-- test: a on b -->', '<!-- end: -->', '', '```sh', 'date', '```').untested,
    ).toEqual([1, 7]);
  });

  it('refuses a block without an end and a section without clusters', () => {
    expect(() => guideOf('```sh', 'date')).toThrow('the block in line 1 has no end');
    expect(() => guideOf('<!-- test: a -->')).toThrow('expected "NAME on CLUSTERS"');
  });
});
