import type { PerformanceHistory } from '@tidelock/api-answers';
import { lagSeriesIn, newestIn, quantileOf } from './lag-series';

const at = (second: number): string => new Date(second * 1000).toISOString();
const history = (
  series: Record<string, readonly (readonly [second: number, lag: number | null])[]>,
): PerformanceHistory =>
  ({
    interval_ms: 1000,
    series: Object.fromEntries(
      Object.entries(series).map(([id, points]) => [
        id,
        points.map(([second, lag_ms]) => ({ time: at(second), lag_ms })),
      ]),
    ),
  }) as unknown as PerformanceHistory;

describe('the lines of the lag chart', () => {
  it('share one axis of time, each as it was until its next point', () => {
    expect(
      lagSeriesIn(
        history({
          a: [
            [10, 5],
            [12, 7],
          ],
          b: [[11, 1]],
        }),
        0,
      ),
    ).toEqual({
      names: ['a', 'b'],
      seconds: [10, 11, 12],
      figures: [
        [5, 5, 7],
        [null, 1, 1],
      ],
    });
  });

  it('have gaps where nothing is known, and begin where they are asked to', () => {
    const { seconds, figures } = lagSeriesIn(
      history({
        a: [
          [1, 9],
          [20, 5],
          [40, 6],
        ],
      }),
      10_000,
    );
    expect(seconds).toEqual([20, 20.001, 40]);
    expect(figures).toEqual([[5, null, 6]]);
  });

  it('end with the newest point of all', () => {
    expect(newestIn(history({ a: [[1, 1]], b: [[7, 2]], c: [] }))).toBe(7000);
    expect(newestIn(history({}))).toBe(0);
  });

  it('tell their quantiles', () => {
    const lines = lagSeriesIn(
      history({
        a: [
          [1, 1],
          [2, 2],
          [3, 3],
          [4, null],
        ],
      }),
      0,
    );
    expect([0, 0.5, 0.99].map((p) => quantileOf(lines, p))).toEqual([1, 2, 3]);
    expect(quantileOf(lagSeriesIn(history({}), 0), 0.5)).toBeUndefined();
  });
});
