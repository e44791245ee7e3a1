import perfHooks from 'node:perf_hooks';
import { counter, gauge, summary, Tally, TidelockError } from '@tidelock/kernel';
import { NodeMetrics } from './node-metrics';

const NOON = Date.UTC(2025, 0, 1, 12, 30, 5);

const SOURCES = { sealed: () => false, refusal: () => undefined };

describe('NodeMetrics', () => {
  let now = NOON;
  let counts = 0;
  const tally = new Tally();
  tally.add(4);
  tally.add(2);
  const room = () => [
    gauge('vault.core.up', 'Says "up".\nOr not.', [
      { value: 1, labels: { secondary: 'us-"east"' } },
      { value: 0, labels: { secondary: 'eu' } },
    ]),
    counter('tidelock.things_total', 'Things.', 7),
    summary('vault.wal.persistWALs', 'Commits.', tally),
  ];
  const metrics = (prometheus = true, refusal: () => TidelockError | undefined = () => undefined) =>
    new NodeMetrics(
      { ...SOURCES, refusal, rooms: [room], counts: async () => ({ tokens: ++counts, leases: 0 }) },
      { now: () => now },
      prometheus,
    );

  it("tells them in Prometheus' text format, with those of the process", async () => {
    const { user: used } = process.cpuUsage();
    const { body, contentType } = await metrics().prometheus();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = body.toString().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# HELP vault_core_up Says "up".\\nOr not.',
        '# TYPE vault_core_up gauge',
        'vault_core_up{secondary="us-\\"east\\""} 1',
        'vault_core_up{secondary="eu"} 0',
        '# TYPE tidelock_things_total counter',
        'tidelock_things_total 7',
        '# TYPE vault_wal_persistWALs summary',
        'vault_wal_persistWALs_sum 6',
        'vault_wal_persistWALs_count 2',
        'vault_core_unsealed 1',
      ]),
    );
    const cpu = Number(/^process_cpu_seconds_total (\S+)/m.exec(body.toString())?.[1]);
    expect(cpu).toBeGreaterThanOrEqual(used / 1e6);
  });

  it("measures the event loop's delay only once they are asked for, and tells it from the first time on", async () => {
    const monitor = jest.spyOn(perfHooks, 'monitorEventLoopDelay');
    const node = metrics();
    await node.summary();
    expect(monitor).not.toHaveBeenCalled();
    for (let asked = 0; asked < 2; asked += 1) {
      expect((await node.prometheus()).body.toString()).toMatch(/^nodejs_eventloop_lag_mean_seconds 0\.\d+$/m);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(monitor).toHaveBeenCalledTimes(1);
  });

  it("tells them in Vault's form", async () => {
    const told = await metrics().summary();
    expect(told['Timestamp']).toBe('2025-01-01 12:30:05 +0000 UTC');
    expect(told['Points']).toEqual([]);
    expect(told['Gauges']).toContainEqual({ Name: 'vault.core.up', Value: 0, Labels: { secondary: 'eu' } });
    expect(told['Counters']).toEqual([
      { Name: 'tidelock.things_total', Count: 7, Rate: 0, Sum: 7, Min: 0, Max: 0, Mean: 1, Stddev: 0, Labels: {} },
    ]);
    expect(told['Samples']).toEqual([
      { Name: 'vault.wal.persistWALs', Count: 2, Rate: 0, Sum: 6, Min: 0, Max: 0, Mean: 3, Stddev: 0, Labels: {} },
    ]);
  });

  it('has no Prometheus format where the configuration turns it off', async () => {
    await expect(metrics(false).prometheus()).rejects.toMatchObject({
      status: 400,
      errors: ['prometheus is not enabled'],
    });
    expect(await metrics(false).summary()).toHaveProperty('Gauges');
  });

  it.each([
    ['serves', undefined, 1],
    ['is without its storage, or joins a set,', new TidelockError('STORAGE_UNAVAILABLE'), 0],
  ])('tells of an unsealed node that %s whether it is active', async (_, refusal, active) => {
    const text = (await metrics(true, () => refusal).prometheus()).body.toString();
    expect(text).toContain('\nvault_core_unsealed 1\n');
    expect(text).toContain(`\nvault_core_active ${active}\n`);
  });

  it('tells the others where the storage cannot count', async () => {
    const counts = async () => Promise.reject(new TidelockError('STORAGE_UNAVAILABLE'));
    const node = new NodeMetrics({ ...SOURCES, rooms: [room], counts }, { now: () => now }, true);
    const text = (await node.prometheus()).body.toString();
    expect(text).toContain('\nvault_core_unsealed 1\n');
    expect(text).not.toContain('vault_token_count');
  });

  it('counts tokens and leases once a minute at most, also when the clock is set back', async () => {
    const node = metrics();
    const tokens = async () =>
      ((await node.summary())['Gauges'] as { Name: string; Value: number }[]).find(
        ({ Name }) => Name === 'vault.token.count',
      )?.Value;
    const first = (await tokens()) as number;
    now += 59_999;
    expect(await tokens()).toBe(first);
    now += 1;
    expect(await tokens()).toBe(first + 1);
    now -= 3_600_000;
    expect(await tokens()).toBe(first + 2);
  });
});
