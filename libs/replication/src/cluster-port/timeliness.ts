import type { IncomingMessage } from 'node:http';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { isPast, parseMoment } from './moment';

/** Header of a call that must not take effect after its caller has given up: the deadline, by this primary's clocks. */
export const DEADLINE_HEADER = 'x-tidelock-deadline';

const always = (): void => undefined;

/**
 * What a call asks before it begins and again as it commits: a primary that was frozen finds calls in its sockets that were answered with
 * an error long ago.
 *
 * @returns throws FORWARDED_TOO_LATE once the deadline is over or the caller has hung up.
 * @throws {TidelockError} INVALID_REQUEST for a deadline that is none.
 */
export function timelinessOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): () => void {
  const text = request.headers[DEADLINE_HEADER];
  if (text === undefined) return always;
  const deadline = parseMoment(String(text));
  if (deadline === undefined) throw badRequest('the deadline of a call cannot be read');
  return () => {
    if (request.socket.destroyed || isPast(deadline)) throw new TidelockError('FORWARDED_TOO_LATE');
  };
}
