import type { IncomingMessage } from 'node:http';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { leftUntil, parseMoment } from './moment';

/** Header of a call that must not take effect after its caller has given up: the deadline, by this primary's clocks. */
export const DEADLINE_HEADER = 'x-tidelock-deadline';

/**
 * How long a call is wanted. It is asked before the call begins and again as it commits: a primary that was frozen finds calls in its sockets that
 * were answered with an error long ago.
 */
export interface Timeliness {
  /** To be called where the call takes effect. @throws {TidelockError} FORWARDED_TOO_LATE once the deadline is over or the caller has hung up. */
  readonly require: () => void;
  /** Milliseconds until the deadline; infinity where there is none. */
  readonly left: () => number;
}

const ALWAYS: Timeliness = { require: () => undefined, left: () => Infinity };

/**
 * @throws {TidelockError} INVALID_REQUEST for a deadline that is none.
 */
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
