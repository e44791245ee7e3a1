import { isTidelockError } from '@tidelock/kernel';
import type { RequestContext } from '../context';
import type { Step } from '../step';

/** No device, no cost; with devices, nothing is done before one of them has the request on record. */
export const auditRequest: Step = async (context, rooms) => {
  if (!rooms.audit.hasDevices || context.resolved?.declaration.unaudited) return;
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

/** Whatever a known caller asks, and whoever was denied. */
const isForTheRecord = ({ caller, failure }: RequestContext): boolean =>
  failure !== undefined && (caller !== undefined || isTidelockError(failure, 'PERMISSION_DENIED'));
