import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile, type LogFileSettings } from './log-file';
import { PinoLogger } from './pino-logger';

const START = 1_790_000_000_000;

describe('the log file', () => {
  let folder: string;
  let path: string;
  let now: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidelock-log-'));
    path = join(folder, 'logs', 'tidelock.log');
    now = START;
  });
  const open = (more: Partial<LogFileSettings> = {}) =>
    new LogFile({ path, rotateBytes: 0, rotateMilliseconds: 86_400_000, keep: 0, ...more }, { now: () => now });
  const text = (name = 'tidelock.log') => readFileSync(join(folder, 'logs', name), 'utf8');
  const names = () => readdirSync(join(folder, 'logs')).sort();

  it('is made with its folder, for its owner alone, and appended to', () => {
    open().write('one\n');
    open().write('two\n');
    expect(text()).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('cannot be a folder', () => {
    expect(() => open({ path: folder })).toThrow(/EISDIR/);
  });

  it('is set aside when it is large enough', () => {
    const file = open({ rotateBytes: 8 });
    for (const line of ['12345\n', '67890\n', 'new\n']) file.write(line);
    expect(names()).toEqual([`tidelock-${START}.log`, 'tidelock.log']);
    expect([text(`tidelock-${START}.log`), text()]).toEqual(['12345\n67890\n', 'new\n']);
  });

  it.each([
    [0, 4],
    [2, 2],
    [-1, 0],
  ])('is set aside when it is old, and with %s to keep %s of four stay, the newest', (keep, left) => {
    const file = open({ rotateMilliseconds: 1000, keep });
    for (let at = 0; at < 5; at += 1) {
      file.write(`line ${at}\n`);
      now += 1000;
    }
    const aside = names().filter((name) => name !== 'tidelock.log');
    expect(aside.map((name) => text(name))).toEqual(Array.from({ length: left }, (_, at) => `line ${4 - left + at}\n`));
    expect(text()).toBe('line 4\n');
  });

  it('is opened anew where somebody has moved it away', () => {
    const file = open();
    file.write('old\n');
    renameSync(path, `${path}.1`);
    file.write('still old\n');
    expect(existsSync(path)).toBe(false);
    file.reopen();
    file.write('new\n');
    expect([text('tidelock.log.1'), text()]).toEqual(['old\nstill old\n', 'new\n']);
  });

  it('has what standard error has, in the same form', () => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const logger = new PinoLogger('info', 'standard', { path, rotateBytes: 0, rotateMilliseconds: 1e9, keep: 0 });
    logger.info('it happened', { why: 'because it did' });
    logger.debug('nobody asked');
    written.mockRestore();
    expect(text()).toMatch(/^\S+Z \[INFO\]  it happened: why="because it did"\n$/);
  });
});
