import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePidFile } from './pid-file';

describe("the file with the process' id", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-pid-'));
  const path = join(folder, 'tidelock.pid');

  it('is there from the start to the stop, whatever was there before', () => {
    writeFileSync(path, '1234567890\n');
    const remove = writePidFile(path);
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    remove();
    expect(existsSync(path)).toBe(false);
    expect(remove).not.toThrow();
  });

  it("stays where it is another process' by now", () => {
    const remove = writePidFile(path, 1);
    writePidFile(path, 2);
    remove();
    expect(readFileSync(path, 'utf8')).toBe('2\n');
  });

  it('is an error where it cannot be written', () => {
    expect(() => writePidFile(folder)).toThrow(/^"pid_file" must be a file that can be written: EISDIR/);
    expect(() => writePidFile(join(folder, 'nowhere', 'a.pid'))).toThrow(/ENOENT/);
  });
});
