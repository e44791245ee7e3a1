import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Loggers } from './loggers';
import { nestLogger, PinoLogger } from './pino-logger';

describe('loggers by name', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tidelock-loggers-')), 'tidelock.log');
  const root = new PinoLogger('info', 'standard', { path, rotateBytes: 0, rotateMilliseconds: 1e9, keep: 0 });
  const loggers = new Loggers(root, 'info');
  const said = (): string[] =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.slice(25));

  it('are at the configured level, and change one by one or all at once, into the same output', () => {
    expect(loggers.levels()).toEqual({ core: 'info', replication: 'info', storage: 'info' });
    loggers.set('DEBUG', 'replication');
    for (const name of ['core', 'replication'] as const) loggers.get(name).debug(`${name} in detail`);
    expect(said()).toEqual(['[DEBUG] replication in detail']);
    loggers.set('err');
    expect(loggers.levels()).toEqual({ core: 'error', replication: 'error', storage: 'error' });
    loggers.get('core').warn('unheard');
    loggers.reset('core');
    expect(loggers.levels()).toEqual({ core: 'info', replication: 'error', storage: 'error' });
    loggers.reset();
    expect(loggers.levels()).toEqual({ core: 'info', replication: 'info', storage: 'info' });
    expect(said()).toHaveLength(1);
  });

  it('keep a fact apart from what each line has anyway', () => {
    loggers.get('core').info('changed', { level: 'debug', time: 'noon', msg: 'x' });
    expect(said().at(-1)).toBe('[INFO]  changed: level_told=debug time_told=noon msg_told=x');
  });

  it('refuse levels and names that there are not', () => {
    expect(() => loggers.set('loud')).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('invalid level provided: "loud"') }),
    );
    for (const name of ['http', 'constructor', '__proto__'])
      expect(() => loggers.set('info', name)).toThrow(expect.objectContaining({ status: 404 }));
  });

  it("have nothing of Nest's own chatter, at any level", () => {
    const before = said().length;
    loggers.set('trace');
    const nest = nestLogger(loggers.get('core'));
    nest.log('InstanceLoader dependencies initialized', 'InstanceLoader');
    nest.debug?.('x', 'RouterExplorer');
    nest.error('it is thrown as well', 'ExceptionHandler');
    expect(said()).toHaveLength(before);
    nest.warn('a warning', 'Somewhere');
    expect(said()).toHaveLength(before + 1);
  });
});
