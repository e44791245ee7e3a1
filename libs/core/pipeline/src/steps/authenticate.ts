import type { Caller } from '@tidelock/engine-api';
import { isTidelockError, TidelockError } from '@tidelock/kernel';
import { needsNoToken, type RequestContext } from '../request/context';
import { retryOnConflict } from '../contention/retry-on-conflict';
import type { Rooms } from './ports';
import type { Step } from './step';

/**
 * Who calls. A token with a limited number of uses loses one, whatever becomes of the request. A path that needs no token
 * still gets to know whose token was sent, if it is a good one; a login does not look at it.
 */
export const authenticate: Step = async (context, rooms) => {
  if (context.resolved?.declaration.login) return;
  const caller = await callerOf(context, rooms).catch((error: unknown) => {
    if (!isBearable(context, error)) throw error;
    return undefined;
  });
  if (caller !== undefined) context.caller = caller;
  if (needsNoToken(context)) return;
  if (caller === undefined) throw new TidelockError('PERMISSION_DENIED');
  if (caller.numUses > 0) context.tookLastUse = await useOnce(caller, rooms);
};

/** Who calls need not be known where nobody needs to call: not while the storage is away. */
export const isBearable = (context: RequestContext, error: unknown): boolean =>
  needsNoToken(context) && isTidelockError(error, 'STORAGE_UNAVAILABLE');

async function callerOf({ incoming, now }: RequestContext, rooms: Rooms): Promise<Caller | undefined> {
  // A sealed cluster knows no token. It is not refused for that: clients send theirs along to `sys/seal-status` and `sys/unseal`, too.
  if (incoming.clientToken === '' || rooms.availability.refusal() !== undefined) return undefined;
  return rooms.tokens.authenticate(incoming.clientToken, incoming.connection, now);
}

async function useOnce(caller: Caller, rooms: Rooms): Promise<boolean> {
  return retryOnConflict(async (way) => {
    const unit = rooms.store.begin();
    const isLast = await rooms.tokens.consumeUse(unit, caller);
    way.require(unit);
    await unit.commit();
    return isLast;
  });
}
