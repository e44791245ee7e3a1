import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder';

describe('making a folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('makes what is missing above it, for nobody else, and takes one that is there', () => {
    for (let times = 0; times < 2; times += 1) makeFolder(join(root, 'a/b/c'));
    for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(root, made)).mode & 0o777).toBe(0o700);
  });

  it.each(['/proc/none/of/these', '/dev/null/below'])('fails where the file system takes none: %s', (path) => {
    expect(() => makeFolder(path)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^E[A-Z]+$/) }));
  });
});
