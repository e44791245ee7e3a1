import type { TaskStatus } from '@tidelock/engine-api';
import { counter, gauge, type Metric } from '@tidelock/kernel';

/** Of every task that is alive, by its path. */
export function taskMetrics(statuses: readonly TaskStatus[]): Metric[] {
  const of = (value: (status: TaskStatus) => number | undefined) =>
    statuses.flatMap((status) => {
      const read = value(status);
      return read === undefined ? [] : [{ value: read, labels: { task: status.path } }];
    });
  return [
    counter(
      'tidelock.task.runs_total',
      'Runs of a task since its part has started.',
      of(({ runs }) => runs),
    ),
    counter(
      'tidelock.task.failures_total',
      'Those of them that failed.',
      of(({ failures }) => failures),
    ),
    gauge(
      'tidelock.task.failing',
      'Whether its last run failed.',
      of(({ lastError }) => (lastError === undefined ? 0 : 1)),
    ),
    gauge(
      'tidelock.task.last_run_timestamp_seconds',
      'When its last run began, since the Unix epoch.',
      of(({ lastRun }) => lastRun && lastRun / 1000),
    ),
    gauge(
      'tidelock.task.last_duration_ms',
      'How long its last run took.',
      of(({ lastDurationMs }) => lastDurationMs),
    ),
  ];
}
