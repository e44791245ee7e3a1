import type { EngineRequest } from '@tidelock/engine-api';
import type { ResolvedPath } from '@tidelock/core/mounts';
import { scopeOf } from '@tidelock/core/scope';
import { bodyStream } from './mount-streams';
import { requestHeadersFor } from './passed-headers';
import { type IncomingRequest, type RequestContext, resolvedOf, streamStays, unitOfContext } from './context';

const NO_BYTES = Buffer.alloc(0);

/** The request as its engine sees it. */
export function engineRequestOf(context: RequestContext, body: object, state: unknown): EngineRequest<never, never> {
  const { incoming, caller, subject, now } = context;
  const resolved = resolvedOf(context);
  const { mount, params, relative, declaration } = resolved;
  return {
    id: incoming.id,
    operation: incoming.operation,
    path: relative,
    params,
    body: body as never,
    raw: incoming.data,
    ...bytesOf(incoming, resolved),
    mount,
    state: state as never,
    connection: incoming.connection,
    headers: requestHeadersFor(mount, incoming),
    now,
    scope: scopeOf(unitOfContext(context)),
    ...(caller && { caller }),
    ...(subject && { subject }),
    ...(declaration.takesToken && { clientToken: incoming.clientToken }),
    ...(incoming.wrap && { wrapTtlSeconds: incoming.wrap.ttlSeconds }),
  };
}

/** Does the work with what the engine keeps for the mount. */
export const withState = <T>({ open }: ResolvedPath, work: (state: unknown) => Promise<T>): Promise<T> =>
  open === undefined ? work(undefined) : open.use(work);

/** The body of a path that takes bytes, whatever a secondary sends on. */
function bytesOf(
  { operation, bytes = NO_BYTES, byteStream, gone }: IncomingRequest,
  { declaration, open }: ResolvedPath,
) {
  const { bytes: options } = declaration;
  if (options === undefined || operation === 'read' || operation === 'list' || operation === 'delete') return {};
  if (!options.stream) return { bytes };
  if (byteStream === undefined) throw streamStays();
  return { byteStream: open ? bodyStream(open, byteStream, gone?.()) : byteStream };
}
