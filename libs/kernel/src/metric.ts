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
export type Metric = Gauge | Counter | Summary;

interface Described {
  readonly name: string;
  readonly help: string;
}

export interface Gauge extends Described {
  readonly kind: 'gauge';
  readonly readings: readonly MetricReading[];
}

/** Only ever grows, until a restart or a change of role. */
export interface Counter extends Described {
  readonly kind: 'counter';
  readonly readings: readonly MetricReading[];
}

export interface Summary extends Described {
  readonly kind: 'summary';
  readonly tally: Pick<Tally, 'count' | 'totalMs'>;
}

type Value = number | boolean | readonly MetricReading[];

const readingsOf = (value: Value): readonly MetricReading[] =>
  typeof value === 'object' ? value : [{ value: Number(value) }];

export const gauge = (name: string, help: string, value: Value): Gauge => ({
  kind: 'gauge',
  name,
  help,
  readings: readingsOf(value),
});
export const counter = (name: string, help: string, value: Value): Counter => ({
  kind: 'counter',
  name,
  help,
  readings: readingsOf(value),
});
export const summary = (name: string, help: string, tally: Summary['tally']): Summary => ({
  kind: 'summary',
  name,
  help,
  tally,
});
