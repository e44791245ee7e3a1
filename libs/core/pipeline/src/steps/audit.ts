import { isTidelockError } from '@tidelock/kernel';
import type { Step } from '../step';

/** No device, no cost; with devices, nothing is done before one of them has the request on record. */
export const auditRequest: Step = async (context, rooms) => {
  if (!rooms.audit.hasDevices || context.resolved?.declaration.unaudited) return;
  await rooms.audit.request(context);
  context.audited = true;
};

/**
 * Runs for failures, too: whatever the request entry announced has an end on record. A request that was denied before it
 * came to its request entry gets both here: who tried what in vain is what an audit is for.
 */
export const auditResponse: Step = async (context, rooms) => {
  if (!context.audited && isTidelockError(context.failure, 'PERMISSION_DENIED')) await auditRequest(context, rooms);
  if (context.audited) await rooms.audit.response(context);
};
