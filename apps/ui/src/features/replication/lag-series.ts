import type { PerformanceHistory } from '@tidelock/api-answers';

/** What uPlot draws: seconds, then for each name its figures, `null` where there is none. */
export interface LagSeries {
  readonly names: readonly string[];
  readonly seconds: readonly number[];
  readonly figures: readonly (readonly (number | null)[])[];
}

/** Without a point for so long, a line has a gap: nothing is known of the time between. */
const GAP_MS = 10_000;

/** The lags of all secondaries on one axis of time. @param since milliseconds: older points are left out. */
export function lagSeriesIn({ series }: PerformanceHistory, since: number): LagSeries {
  const points = Object.entries(series).map(([name, own]) => {
    const timed = own.flatMap(({ time, lag_ms }) => {
      const at = Date.parse(time);
      return at >= since ? [[at, lag_ms] as const] : [];
    });
    return { name, timed: withGaps(timed) };
  });
  const times = [...new Set(points.flatMap(({ timed }) => timed.map(([at]) => at)))].sort((a, b) => a - b);
  return {
    names: points.map(({ name }) => name),
    seconds: times.map((at) => at / 1000),
    figures: points.map(({ timed }) => onAxis(times, timed)),
  };
}

/** Milliseconds, by the cluster's clock; 0 where nothing was measured. */
export const newestIn = ({ series }: PerformanceHistory): number =>
  Math.max(0, ...Object.values(series).map((own) => Date.parse(own.at(-1)?.time ?? '') || 0));

type Point = readonly [at: number, figure: number | null];

const withGaps = (points: readonly Point[]): Point[] =>
  points.flatMap((point, at) => {
    const before = points[at - 1];
    return before !== undefined && point[0] - before[0] > GAP_MS ? [[before[0] + 1, null] as const, point] : [point];
  });

/** Between its own points a line goes on as it was: steps, not slopes. */
function onAxis(times: readonly number[], points: readonly Point[]): (number | null)[] {
  let at = 0;
  let figure: number | null = null;
  return times.map((time) => {
    for (; at < points.length && (points[at] as Point)[0] <= time; at += 1) [, figure] = points[at] as Point;
    return figure;
  });
}

/** Of what is drawn: `p` of the figures are no larger. @returns `undefined` without figures. */
export function quantileOf({ figures }: LagSeries, p: number): number | undefined {
  const sorted = figures
    .flatMap((own) => own.flatMap((figure) => (figure === null ? [] : [figure])))
    .sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
}
