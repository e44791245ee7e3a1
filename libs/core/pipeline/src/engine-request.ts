import type { EngineRequest } from '@tidelock/engine-api';
import { scopeOf } from '@tidelock/core/scope';
import { resolvedOf, unitOfContext, type RequestContext } from './context';

/** The request as its engine sees it. */
export function engineRequestOf(context: RequestContext, body: object): EngineRequest<never> {
  const { incoming, caller, now } = context;
  const { mount, params, relative } = resolvedOf(context);
  return {
    id: incoming.id,
    operation: incoming.operation,
    path: relative,
    params,
    body: body as never,
    raw: incoming.data,
    mount,
    connection: incoming.connection,
    headers: incoming.headers,
    now,
    scope: scopeOf(unitOfContext(context)),
    ...(caller && { caller }),
    ...(incoming.wrap && { wrapTtlSeconds: incoming.wrap.ttlSeconds }),
  };
}
