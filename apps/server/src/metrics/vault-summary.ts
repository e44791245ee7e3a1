import type { Metric, MetricReading } from '@tidelock/kernel';

/** Vault's own form of its metrics (API page "sys/metrics"). Counters and samples are totals since the start, not of the last interval. */
export function vaultSummary(metrics: readonly Metric[], now: number): Readonly<Record<string, unknown>> {
  return {
    Timestamp: `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    Gauges: metrics.flatMap((metric) =>
      metric.kind === 'gauge' ? metric.readings.map((reading) => gaugeOf(metric.name, reading)) : [],
    ),
    Points: [],
    Counters: metrics.flatMap((metric) =>
      metric.kind === 'counter' ? metric.readings.map((reading) => counterOf(metric.name, reading)) : [],
    ),
    Samples: metrics.flatMap((metric) =>
      metric.kind === 'summary' ? [aggregate(metric.name, metric.tally.count, metric.tally.totalMs)] : [],
    ),
  };
}

const gaugeOf = (name: string, { value, labels = {} }: MetricReading) => ({ Name: name, Value: value, Labels: labels });

const counterOf = (name: string, { value, labels = {} }: MetricReading) => ({
  ...aggregate(name, value, value),
  Labels: labels,
});

/** Only count, sum and mean are kept. */
const aggregate = (name: string, count: number, sum: number) => ({
  Name: name,
  Count: count,
  Rate: 0,
  Sum: sum,
  Min: 0,
  Max: 0,
  Mean: count === 0 ? 0 : sum / count,
  Stddev: 0,
  Labels: {},
});
