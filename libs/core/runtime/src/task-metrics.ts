import type { TaskStatus } from '@tidelock/engine-api';
import { counter, gauge, type Metric } from '@tidelock/kernel';

type Read = (status: TaskStatus) => number | undefined;

const isFailing: Read = ({ lastError }) => (lastError === undefined ? 0 : 1);
const lastRunSeconds: Read = ({ lastRun }) => lastRun && lastRun / 1000;

const METRICS: readonly (readonly [make: typeof counter | typeof gauge, name: string, help: string, read: Read])[] = [
  [counter, 'tidelock.task.runs_total', 'Runs of a task since its part has started.', ({ runs }) => runs],
  [counter, 'tidelock.task.failures_total', 'Those of them that failed.', ({ failures }) => failures],
  [gauge, 'tidelock.task.failing', 'Whether its last run failed.', isFailing],
  [gauge, 'tidelock.task.last_run_timestamp_seconds', 'When its last run began, since the Unix epoch.', lastRunSeconds],
  [gauge, 'tidelock.task.last_duration_ms', 'How long its last run took.', ({ lastDurationMs }) => lastDurationMs],
];

/** Of every task that is alive, by its path. */
export function taskMetrics(statuses: readonly TaskStatus[]): Metric[] {
  return METRICS.map(([make, name, help, read]) => {
    const readings = statuses.flatMap((status) => {
      const value = read(status);
      return value === undefined ? [] : [{ value, labels: { task: status.path } }];
    });
    return make(name, help, readings);
  });
}
