import type { AuditBroker, AuditMount, AuditRequest, AuditResponse } from '@tidelock/core/audit';
import { type Clock, isTidelockError, TidelockError } from '@tidelock/kernel';
import type { RequestContext } from './request/context';
import type { MountTable, ResolvedPath } from '@tidelock/core/mounts';
import type { AuditRoom } from './steps/ports';

/** Requests as audit devices see them. */
export class AuditTrail implements AuditRoom {
  /** The response entry repeats the request entry, which is formatted only once. */
  private readonly requests = new WeakMap<RequestContext, AuditRequest>();

  constructor(
    private readonly broker: AuditBroker,
    /** With the settings of a mount: which of its data is logged in the clear. */
    private readonly mounts: Pick<MountTable, 'at'>,
    private readonly clock: Clock,
  ) {}

  get hasDevices(): boolean {
    return this.broker.hasDevices;
  }

  request(context: RequestContext): Promise<void> {
    return this.broker.request(this.requestOf(context));
  }

  response(context: RequestContext): Promise<void> {
    return this.broker.response({ request: this.requestOf(context), time: this.clock.now(), ...outcomeOf(context) });
  }

  private requestOf(context: RequestContext): AuditRequest {
    const known = this.requests.get(context);
    if (known !== undefined) return known;
    const { incoming, operation, caller, resolved, now } = context;
    const request: AuditRequest = {
      id: incoming.id,
      time: now,
      operation: operation ?? incoming.operation,
      path: incoming.path,
      connection: incoming.connection,
      data: incoming.data,
      headers: incoming.headers,
      clientToken: incoming.clientToken,
      ...(resolved && { mount: auditMount(resolved, this.mounts) }),
      ...(caller && { caller }),
      ...(incoming.wrap && { wrapTtlSeconds: incoming.wrap.ttlSeconds }),
      ...(incoming.forwarded && { forwardedFrom: incoming.forwarded.secondaryId }),
    };
    this.requests.set(context, request);
    return request;
  }
}

type Outcome = Omit<AuditResponse, 'request' | 'time'>;

/** What was answered. Of a wrapped answer that is the wrapping token; of a stored one (unwrap), its text. */
function outcomeOf({ response, auth, lease, warnings, wrapInfo, failure }: RequestContext): Outcome {
  const error = failure === undefined ? '' : errorText(failure);
  const told = { ...(error !== '' && { error }), ...(warnings.length > 0 && { warnings }) };
  if (wrapInfo !== undefined) return { ...told, wrapInfo };
  const data = dataOf(response);
  return {
    ...told,
    ...(data !== undefined && { data }),
    ...(auth && { auth }),
    ...(lease?.leaseId && { leaseId: lease.leaseId }),
  };
}

function dataOf(response: RequestContext['response']): unknown {
  if (response?.envelopeText !== undefined) return { http_raw_body: response.envelopeText };
  // The content of a stream is nowhere yet.
  if (response?.raw !== undefined)
    return Buffer.isBuffer(response.raw.body) ? { http_raw_body: response.raw.body } : undefined;
  return response?.data ?? undefined;
}

/** Nothing at the path, or no names in the list, is an answer and no error: `""`. */
function errorText(failure: unknown): string {
  const known = isTidelockError(failure) ? failure : new TidelockError('INTERNAL');
  if (known.status === 404 && known.errors.length === 0) return '';
  return known.errors.join('\n') || known.message || known.code;
}

function auditMount({ mount }: ResolvedPath, mounts: Pick<MountTable, 'at'>): AuditMount {
  const config = mounts.at(mount.path)?.config;
  return {
    type: mount.type,
    accessor: mount.accessor,
    path: mount.path,
    class: mount.path.startsWith('auth/') ? 'auth' : 'secret',
    ...(config?.audit_non_hmac_request_keys && { nonHmacRequestKeys: config.audit_non_hmac_request_keys }),
    ...(config?.audit_non_hmac_response_keys && { nonHmacResponseKeys: config.audit_non_hmac_response_keys }),
  };
}
