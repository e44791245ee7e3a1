import { newUuid } from '@tidelock/kernel';

/**
 * A moment of one process, by two clocks: the steady one does not mind that the wall clock is set, the wall clock goes on where a machine
 * is suspended.
 */
export interface Moment {
  readonly process: string;
  /** ms since some start of its own. */
  readonly steady: number;
  /** ms since the Unix epoch. */
  readonly wall: number;
}

const PROCESS = newUuid();

export const presentMoment = (): Moment => ({ process: PROCESS, steady: performance.now(), wall: Date.now() });

export const momentAfter = ({ process, steady, wall }: Moment, milliseconds: number): Moment => ({
  process,
  steady: steady + milliseconds,
  wall: wall + milliseconds,
});

/** Milliseconds until a deadline, by the clock that is nearer to it; that of another process is over: nobody knows what its clocks meant. */
export function leftUntil(deadline: Moment, now = presentMoment()): number {
  return deadline.process === now.process ? Math.min(deadline.steady - now.steady, deadline.wall - now.wall) : 0;
}

export const momentText = ({ process, steady, wall }: Moment): string => `${process} ${steady} ${wall}`;

/** @returns `undefined` for what is no moment. */
export function parseMoment(text: string): Moment | undefined {
  const [process = '', steady, wall, ...more] = text.split(' ');
  const moment = { process, steady: Number(steady), wall: Number(wall) };
  return more.length === 0 && Number.isFinite(moment.steady) && Number.isFinite(moment.wall) && process !== ''
    ? moment
    : undefined;
}
