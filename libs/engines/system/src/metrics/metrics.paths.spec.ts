import { MetricsService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { MetricsPaths } from './metrics.paths';

class FakeMetrics extends MetricsService {
  override prometheus = async () => ({ body: Buffer.from('up 1'), contentType: 'text/plain' });
  override summary = async () => ({ Gauges: [] });
}

describe('sys/metrics', () => {
  const paths = new MetricsPaths(new FakeMetrics());

  it('answers in the format asked for, without an envelope', async () => {
    expect(await paths.read(engineRequest({ raw: { format: 'prometheus' } }))).toEqual({
      raw: { body: Buffer.from('up 1'), contentType: 'text/plain' },
    });
    expect(await paths.read(engineRequest())).toEqual({ bare: true, data: { Gauges: [] } });
  });

  it.each(['json', 'Prometheus', ['prometheus', 'prometheus']])('refuses the format %j', async (format) => {
    await expect(paths.read(engineRequest({ raw: { format } }))).rejects.toMatchObject({ status: 400 });
  });
});
