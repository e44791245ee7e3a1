import { badRequest } from '@tidelock/kernel';
import type { EngineResponse } from '@tidelock/engine-api';
import { unitOfContext, type RequestContext } from '../request/context';
import { envelopeOf } from '../envelope/envelope';
import type { WrapOrder } from '@tidelock/core/wrapping';
import type { Step } from './step';

type Wish = NonNullable<EngineResponse['wrap']>;

/**
 * Hands the answer over to a single-use token, where the client or the engine asks for it. Answers without an envelope are
 * never wrapped: nobody without a token may make the server keep one.
 */
export const wrapResponse: Step = async (context, rooms) => {
  const { response, incoming } = context;
  if (response === undefined || response.bare) return;
  if (response.wrapInfo) context.wrapInfo = response.wrapInfo;
  const wish = response.wrap ?? incoming.wrap;
  if (response.wrapInfo || wish === undefined || wish.ttlSeconds <= 0) return;
  if (response.raw) throw badRequest('this response cannot be wrapped');
  context.wrapInfo = await rooms.wrapping.wrap(unitOfContext(context), orderOf(context, wish));
};

function orderOf(context: RequestContext, { ttlSeconds, format, claims }: Wish): WrapOrder {
  const { auth, incoming, now, response } = context;
  return {
    // An unwrapped answer that is wrapped again stays whole.
    envelopeText: response?.envelopeText ?? envelopeOf(context),
    ttlSeconds,
    creationPath: incoming.path,
    now,
    ...(format && { format }),
    ...(claims && { claims }),
    ...(auth?.accessor && { wrappedAccessor: auth.accessor }),
  };
}
