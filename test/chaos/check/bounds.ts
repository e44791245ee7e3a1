import { isChange, type Operation } from '../history/operation';

/** Where in the order of all mutations a change took place: between these indexes, both included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * What is known of the index of each change.
 *
 * The primary's own answers name it exactly. A forwarded change's answer names an index that the secondary had reached, which
 * is not below the change's own. Beyond that, time tells: a change that began after an index had been told is above it, and one
 * that was there before another began, whose index is known, is below that one's.
 */
export class IndexBounds {
  private readonly told: Steps;
  private readonly exact: Steps;

  /** @param forkedAt a former primary may have told indexes above it that the others used again. */
  constructor(operations: readonly Operation[], forkedAt = Infinity) {
    const acknowledged = operations.filter(
      (operation) => isChange(operation) && operation.outcome === 'done' && operation.index !== undefined,
    );
    this.told = Steps.rising(
      acknowledged.map(({ end, index, atPrimary }) => [
        end,
        Math.min(index as number, atPrimary ? Infinity : forkedAt),
      ]),
    );
    this.exact = Steps.falling(acknowledged.filter(isExact).map(({ start, index }) => [start, index as number]));
  }

  /** @param effectiveBy ms; when the change is known to have taken place. */
  of(change: Operation, effectiveBy = change.outcome === 'done' ? change.end : Infinity): Bounds {
    const index = change.outcome === 'done' ? change.index : undefined;
    if (index !== undefined && isExact(change)) return { least: index, most: index };
    return {
      least: this.told.before(change.start, 0) + 1,
      most: Math.min(index ?? Infinity, this.exact.after(effectiveBy, Infinity) - 1),
    };
  }
}

const isExact = ({ atPrimary }: Operation): boolean => atPrimary;

/** The greatest number before a time, or the least after it. */
class Steps {
  private constructor(private readonly steps: readonly (readonly [time: number, number: number])[]) {}

  static rising(points: readonly (readonly [number, number])[]): Steps {
    let top = -Infinity;
    return new Steps(
      [...points].sort(([a], [b]) => a - b).map(([time, number]) => [time, (top = Math.max(top, number))]),
    );
  }

  static falling(points: readonly (readonly [number, number])[]): Steps {
    let bottom = Infinity;
    return new Steps(
      [...points]
        .sort(([a], [b]) => b - a)
        .map(([time, number]) => [time, (bottom = Math.min(bottom, number))] as const)
        .reverse(),
    );
  }

  before(time: number, none: number): number {
    return this.steps[this.firstNotBefore(time) - 1]?.[1] ?? none;
  }

  after(time: number, none: number): number {
    // Strictly: at the same moment nothing is known.
    let at = this.firstNotBefore(time);
    while (this.steps[at]?.[0] === time) at += 1;
    return this.steps[at]?.[1] ?? none;
  }

  private firstNotBefore(time: number): number {
    let [low, high] = [0, this.steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle]?.[0] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
