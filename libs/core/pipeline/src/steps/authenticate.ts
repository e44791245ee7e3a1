import { TidelockError } from '@tidelock/kernel';
import { resolvedOf, type RequestContext } from '../context';
import type { Rooms } from '../rooms';
import type { Step } from '../step';
import { retryOnConflict } from '../retry-on-conflict';

/** Who calls. A token with a limited number of uses loses one, whatever becomes of the request. */
export const authenticate: Step = async (context, rooms) => {
  const { declaration } = resolvedOf(context);
  if (declaration.unauthenticated || declaration.login) return;
  const caller = await callerOf(context, rooms);
  if (caller === undefined) throw new TidelockError('PERMISSION_DENIED');
  context.caller = caller;
  if (caller.numUses > 0) {
    await retryOnConflict(async () => {
      const unit = rooms.store.begin();
      await rooms.tokens.consumeUse(unit, caller);
      await unit.commit();
    });
  }
};

async function callerOf({ incoming, now }: RequestContext, rooms: Rooms) {
  if (incoming.clientToken === '') return undefined;
  return rooms.tokens.authenticate(incoming.clientToken, incoming.connection, now);
}
