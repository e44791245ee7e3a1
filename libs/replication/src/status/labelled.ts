import type { MetricReading } from '@tidelock/kernel';

/** Readings that differ in one label. */
export const labelled = (label: string, values: Iterable<readonly [string, number]>): MetricReading[] =>
  [...values].map(([text, value]) => ({ value, labels: { [label]: text } }));
