import type { LagPoint } from '@tidelock/api-answers';
import { rfc3339 } from '@tidelock/kernel';
import type { HeartbeatCall } from '../cluster-port/heartbeat';

const KEPT_MS = 15 * 60_000;
/** What is told so soon behind a point takes its place, at its time: nobody fills the memory, or empties it, by telling more often. */
const NEAREST_MS = 500;

type Point = Omit<LagPoint, 'time'> & { readonly at: number };

/** The last fifteen minutes of a secondary's lag, in memory. Times in ms since the Unix epoch. */
export class LagHistory {
  private readonly points: Point[] = [];

  /**
   * @param at of this cluster's clock. A clock that was set back forgets what it takes for the future.
   * @param measured as a heartbeat tells it.
   * @param lagMutations `undefined` where that is not known.
   */
  add(
    at: number,
    { lagMs, recentDelayMs }: Pick<HeartbeatCall, 'lagMs' | 'recentDelayMs'>,
    lagMutations: number | undefined,
  ): void {
    this.makeRoom(at);
    const { points } = this;
    const last = points.at(-1);
    const isSoon = last !== undefined && last.at > at - NEAREST_MS;
    if (isSoon) points.pop();
    points.push({
      at: isSoon ? last.at : at,
      lag_ms: lagMs ?? null,
      p50: recentDelayMs?.p50 ?? null,
      max: recentDelayMs?.max ?? null,
      lag_mutations: lagMutations ?? null,
    });
  }

  /** Points from behind this time on, none that is older than fifteen minutes. */
  since(time: number, now: number): LagPoint[] {
    const from = Math.max(time, now - KEPT_MS);
    return this.points.filter(({ at }) => at > from).map(({ at, ...point }) => ({ time: rfc3339(at), ...point }));
  }

  private makeRoom(at: number): void {
    const { points } = this;
    while (points.length > 0 && (points.at(-1) as Point).at > at) points.pop();
    while (points.length > 0 && (points[0] as Point).at <= at - KEPT_MS) points.shift();
  }
}
