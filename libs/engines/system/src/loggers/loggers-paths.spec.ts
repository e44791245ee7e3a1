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
  const one = (name: string, level = '') => engineRequest({ params: { name }, body: { level } });
  expect(await paths.read()).toEqual({ data: { core: 'info', replication: 'debug' } });
  expect(await paths.readOne(one('replication'))).toEqual({ data: { replication: 'debug' } });
  for (const name of ['nosuch', 'constructor'])
    await expect(paths.readOne(one(name))).rejects.toMatchObject({ status: 404, errors: [] });
  await paths.set(one('', 'warn'));
  await paths.setOne(one('core', 'trace'));
  await paths.reset();
  await paths.resetOne(one('core'));
  expect(levels.calls).toEqual([['set', 'warn'], ['set', 'trace', 'core'], ['reset'], ['reset', 'core']]);
});
