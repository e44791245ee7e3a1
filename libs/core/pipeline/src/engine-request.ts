import type { EngineRequest } from '@tidelock/engine-api';
import { scopeOf } from '@tidelock/core/scope';
import { requestHeadersFor } from './passed-headers';
import { resolvedOf, unitOfContext, type RequestContext } from './context';

/** The request as its engine sees it. */
export function engineRequestOf(context: RequestContext, body: object): EngineRequest<never> {
  const { incoming, caller, now } = context;
  const { mount, params, relative, declaration } = resolvedOf(context);
  return {
    id: incoming.id,
    operation: incoming.operation,
    path: relative,
    params,
    body: body as never,
    raw: incoming.data,
    mount,
    state: undefined,
    connection: incoming.connection,
    headers: requestHeadersFor(mount, incoming),
    now,
    scope: scopeOf(unitOfContext(context)),
    ...(caller && { caller }),
    ...(declaration.takesToken && { clientToken: incoming.clientToken }),
    ...(incoming.wrap && { wrapTtlSeconds: incoming.wrap.ttlSeconds }),
  };
}
