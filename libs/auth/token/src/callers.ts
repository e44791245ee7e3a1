import type { Caller, EngineRequest } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';

/** The token that makes the request: all paths of this method need one, of this very cluster. */
export function callerOf({ caller }: Pick<EngineRequest, 'caller'>): Caller {
  if (caller === undefined || caller.clientToken === '') throw new TidelockError('PERMISSION_DENIED');
  return caller;
}
