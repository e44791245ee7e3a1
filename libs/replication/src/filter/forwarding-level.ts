import { badRequest, type ForwardingLevel } from '@tidelock/kernel';
import type { PathsFilter } from './paths-filter';

/** @throws {TidelockError} INVALID_REQUEST for what is none. */
export function forwardingLevelOf(text: string): ForwardingLevel {
  if (text !== 'all' && text !== 'data') throw badRequest('forwarding must be one of "all" or "data"');
  return text;
}

/** Who is not given everything is not believed everything. */
export const defaultLevel = (filter: PathsFilter | undefined): ForwardingLevel =>
  filter === undefined ? 'all' : 'data';
