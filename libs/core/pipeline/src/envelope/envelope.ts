import { stringifyJson } from '@tidelock/kernel';
import { type LeaseFacts, type RequestContext, resolvedOf } from '../request/context';

const NO_LEASE: LeaseFacts = { leaseId: '', ttlSeconds: 0, renewable: false };

/** Vault's success envelope as JSON text (API page "Request and response formats"). */
export function envelopeOf(context: RequestContext): string {
  const { response, incoming, warnings, wrapInfo } = context;
  const { data = null, dataAtTopLevel = false } = response ?? {};
  // A wrapped answer shows nothing of what it wraps.
  const content = wrapInfo
    ? { data: null, auth: null, id: '', lease: NO_LEASE }
    : { data, auth: context.auth ?? null, id: incoming.id, lease: context.lease ?? NO_LEASE };
  const envelope = {
    request_id: content.id,
    lease_id: content.lease.leaseId,
    renewable: content.lease.renewable,
    lease_duration: content.lease.ttlSeconds,
    data: content.data,
    wrap_info: wrapInfo ?? null,
    warnings: warnings.length > 0 ? warnings : null,
    auth: content.auth,
    mount_type: resolvedOf(context).mount.type,
  };
  return stringifyJson(dataAtTopLevel ? { ...content.data, ...envelope } : envelope);
}
