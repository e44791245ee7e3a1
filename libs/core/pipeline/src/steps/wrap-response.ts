import { badRequest } from '@tidelock/kernel';
import { unitOfContext, type RequestContext } from '../context';
import { envelopeOf } from '../envelope/envelope';
import type { WrapOrder } from '../rooms';
import type { Step } from '../step';

/** Hands the answer over to a single-use token, where the client or the engine asks for it. */
export const wrapResponse: Step = async (context, rooms) => {
  if (context.response?.wrapInfo) {
    context.wrapInfo = context.response.wrapInfo;
    return;
  }
  const order = orderOf(context);
  if (order === undefined) return;
  if (context.response?.raw) throw badRequest('this response cannot be wrapped');
  context.wrapInfo = await rooms.wrapping.wrap(unitOfContext(context), order);
};

function orderOf(context: RequestContext): WrapOrder | undefined {
  const { response, incoming, auth, now } = context;
  const wish = response?.wrap ?? incoming.wrap;
  if (response === undefined || wish === undefined || wish.ttlSeconds <= 0) return undefined;
  return {
    envelopeText: envelopeOf(context),
    ttlSeconds: wish.ttlSeconds,
    creationPath: incoming.path,
    now,
    ...(wish.format && { format: wish.format }),
    ...(auth?.accessor && { wrappedAccessor: auth.accessor }),
  };
}
