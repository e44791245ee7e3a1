import type { IncomingMessage } from 'node:http';
import { badRequest, TidelockError, type Timeliness } from '@tidelock/kernel';
import { leftUntil, parseMoment } from './moment';

/** Header of a call that must not take effect after its caller has given up: the deadline, by this primary's clocks. */
export const DEADLINE_HEADER = 'x-tidelock-deadline';

const ALWAYS: Timeliness = { require: () => undefined, left: () => Infinity };

/** @throws {TidelockError} INVALID_REQUEST for a deadline that is none. */
export function timelinessOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): Timeliness {
  const text = request.headers[DEADLINE_HEADER];
  if (text === undefined) return ALWAYS;
  const deadline = parseMoment(String(text));
  if (deadline === undefined) throw badRequest('the deadline of a call cannot be read');
  const left = (): number => leftUntil(deadline);
  return {
    left,
    require: () => {
      if (request.socket.destroyed || left() <= 0) throw new TidelockError('FORWARDED_TOO_LATE');
    },
  };
}

/** The same, and no longer than so many milliseconds from now. */
export function within(milliseconds: number, timely: Timeliness): Timeliness {
  const end = performance.now() + milliseconds;
  const left = (): number => Math.min(timely.left(), end - performance.now());
  return {
    left,
    require: () => {
      timely.require();
      if (left() <= 0) throw new TidelockError('FORWARDED_TOO_LATE');
    },
  };
}
