import { stringifyJson } from '@tidelock/kernel';
import type { RequestContext } from '../context';
import { resolvedOf } from '../context';

/** Vault's success envelope as JSON text (API page "Request and response formats"). */
export function envelopeOf(context: RequestContext): string {
  const { response, incoming, lease, auth, wrapInfo, warnings } = context;
  const wrapped = wrapInfo !== undefined;
  const envelope = {
    request_id: wrapped ? '' : incoming.id,
    lease_id: lease?.leaseId ?? '',
    renewable: lease?.renewable ?? false,
    lease_duration: lease?.ttlSeconds ?? 0,
    data: wrapped ? null : (response?.data ?? null),
    wrap_info: wrapInfo ?? null,
    warnings: warnings.length > 0 ? warnings : null,
    auth: wrapped ? null : (auth ?? null),
    mount_type: resolvedOf(context).mount.type,
  };
  const atTopLevel = response?.dataAtTopLevel && !wrapped ? response.data : undefined;
  return stringifyJson(atTopLevel ? { ...atTopLevel, ...envelope } : envelope);
}
