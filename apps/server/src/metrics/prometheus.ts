import type { Metric, MetricLabels } from '@tidelock/kernel';
import { Registry } from 'prom-client';

export const PROMETHEUS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Prometheus' text format. */
export function prometheusText(metrics: readonly Metric[]): Promise<string> {
  const registry = new Registry();
  // All that a registry asks of a metric: its name, and its values when they are wanted.
  for (const metric of metrics)
    registry.registerMetric({ name: nameOf(metric), get: async () => family(metric) } as never);
  return registry.metrics();
}

/** Dots and dashes become underscores, as in Vault's Prometheus output. */
const nameOf = ({ name }: Metric): string => name.replaceAll(/\W/g, '_');

const family = (metric: Metric) => ({
  name: nameOf(metric),
  help: metric.help,
  type: metric.kind,
  values: samplesOf(metric),
});

interface Sample {
  readonly value: number;
  readonly labels?: MetricLabels;
  readonly metricName?: string;
}

function samplesOf(metric: Metric): readonly Sample[] {
  if (metric.kind !== 'summary') return metric.readings;
  const { count, totalMs } = metric.tally;
  return [
    { metricName: `${nameOf(metric)}_sum`, value: totalMs },
    { metricName: `${nameOf(metric)}_count`, value: count },
  ];
}
