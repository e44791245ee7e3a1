import type { Random } from '../random';
import type { Fault } from './fault';

/** A fault that the seed wants. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly target: string;
  /** Since the one before, ms. */
  readonly afterMs: number;
  readonly lastsMs: number;
}

/** Between two faults, ms: shorter than most last, so that they overlap. */
const GAP_MS = [300, 5000] as const;

/** Depends on the series of random numbers alone, not on how long anything takes. */
export function nextFault(
  random: Random,
  faults: readonly Fault[],
  gapMs: readonly [number, number] = GAP_MS,
): PlannedFault {
  const fault = random.weighted(faults);
  const target = random.pick(fault.targets());
  const [least, most] = fault.seconds;
  return { fault, target, afterMs: random.integer(...gapMs), lastsMs: random.integer(least * 1000, most * 1000) };
}
