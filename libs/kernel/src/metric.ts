import type { Tally } from './tally';

/** Neither secrets nor values without bound: ids that an operator gave, reasons and calls that the program knows. */
export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricReading {
  readonly value: number;
  readonly labels?: MetricLabels;
}

/**
 * A measurement at the moment it was asked for. Names have dots, as Vault's telemetry page lists them (`vault.core.unsealed`); those
 * without a counterpart there begin with `tidelock.`. Durations of a summary are in milliseconds, as Vault's.
 */
export type Metric = Reading | Summary;

interface Described {
  readonly name: string;
  readonly help: string;
}

/** A counter only ever grows, until a restart or a change of role. */
interface Reading extends Described {
  readonly kind: 'gauge' | 'counter';
  readonly readings: readonly MetricReading[];
}

interface Summary extends Described {
  readonly kind: 'summary';
  readonly tally: Pick<Tally, 'count' | 'totalMs'>;
}

type Value = number | boolean | readonly MetricReading[];

const readingOf =
  (kind: Reading['kind']) =>
  (name: string, help: string, value: Value): Reading => ({
    kind,
    name,
    help,
    readings: typeof value === 'object' ? value : [{ value: Number(value) }],
  });

export const gauge = readingOf('gauge');
export const counter = readingOf('counter');
export const summary = (name: string, help: string, tally: Summary['tally']): Summary => ({
  kind: 'summary',
  name,
  help,
  tally,
});
