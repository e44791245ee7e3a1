import { LogLevelService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { LoggersPaths } from './loggers.paths';

class FakeLevels extends LogLevelService {
  readonly calls: unknown[] = [];
  override levels = () => ({ core: 'info', replication: 'debug' });
  override set = (...order: unknown[]) => void this.calls.push(['set', ...order]);
  override reset = (...order: unknown[]) => void this.calls.push(['reset', ...order]);
}

it('sys/loggers reads, sets and resets the levels of all loggers, or of one', async () => {
  const levels = new FakeLevels();
  const paths = new LoggersPaths(levels);
  const all = (level = '') => engineRequest({ body: { level } });
  const one = (name: string, level = '') => engineRequest({ params: { name }, body: { level } });
  expect(await paths.read()).toEqual({ data: { core: 'info', replication: 'debug' } });
  expect(await paths.readOne(one('replication'))).toEqual({ data: { replication: 'debug' } });
  for (const name of ['nosuch', 'constructor'])
    await expect(paths.readOne(one(name))).rejects.toMatchObject({ status: 404, errors: [] });
  await paths.set(all('warn'));
  await paths.set(one('core', 'trace'));
  await paths.reset(all());
  await paths.reset(one('core'));
  expect(levels.calls).toEqual([
    ['set', 'warn', undefined],
    ['set', 'trace', 'core'],
    ['reset', undefined],
    ['reset', 'core'],
  ]);
});
