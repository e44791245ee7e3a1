import { isTidelockError } from '@tidelock/kernel';
import type { RequestContext } from '../request/context';
import type { Step } from './step';

/** No device, no cost; with devices, nothing is done before one of them has the request on record. */
export const auditRequest: Step = async (context, rooms) => {
  const { forwarded } = context.incoming;
  if (!rooms.audit.hasDevices || (context.resolved?.declaration.unaudited && forwarded === undefined)) return;
  context.audited = false;
  await rooms.audit.request(context);
  context.audited = true;
};

/**
 * Runs for failures, too: whatever the request entry announced has an end on record. A request that ended before it came to
 * its request entry gets both here: who tried what in vain is what an audit is for.
 */
export const auditResponse: Step = async (context, rooms) => {
  if (context.audited === undefined && isForTheRecord(context)) await auditRequest(context, rooms);
  if (context.audited) await rooms.audit.response(context);
};

/** Whatever a known caller asks, and a secondary sends on, and whoever was denied. */
const isForTheRecord = ({ incoming, caller, failure }: RequestContext): boolean =>
  failure !== undefined &&
  (caller !== undefined || incoming.forwarded !== undefined || isTidelockError(failure, 'PERMISSION_DENIED'));
