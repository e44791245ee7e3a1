import { resolvedOf, unitOfContext } from '../request/context';
import type { Step } from './step';

/** Makes the token or the lease that the answer promises: here, on the cluster that was asked (P5). */
export const createLease: Step = async (context, rooms) => {
  const { response, caller, incoming, login, now, forwardedIndex } = context;
  if (response === undefined) return;
  const at = { path: incoming.path, mount: resolvedOf(context).mount, now };
  if (response.grant)
    context.auth = await rooms.tokens.createFromGrant(unitOfContext(context), response.grant, {
      ...at,
      ...(login?.entity && { entityId: login.entity.id }),
    });
  else if (response.auth) context.auth = response.auth;
  if (response.lease) {
    if (caller === undefined) throw new Error('an engine gives a lease to a caller without a token');
    context.lease = await rooms.leases.register(unitOfContext(context), caller, at, response.lease, forwardedIndex);
  } else if (response.renewedLease) context.lease = response.renewedLease;
};
