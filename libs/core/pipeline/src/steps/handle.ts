import type { EngineInstance, PathHandler } from '@tidelock/engine-api';
import { isTidelockError } from '@tidelock/kernel';
import { type ForwardedAnswer, resolvedOf, streamStays, unitOfContext, type RequestContext } from '../request/context';
import { engineRequestOf, withState } from '../request/engine-request';
import type { Rooms } from './ports';
import type { TransactionStep } from './step';

/** Runs the engine's handler; on a secondary, what writes replicated state runs on the primary instead. */
export const handle: TransactionStep = async (context, rooms) => {
  const { declaration } = resolvedOf(context);
  if (context.incoming.operation === 'help') {
    context.response = rooms.mounts.help(context.incoming.path);
    return;
  }
  if (context.primaryAnswer) return takeAnswer(context, context.primaryAnswer);
  const mayForward = rooms.replica.isSecondary && !declaration.localOnly;
  const forward = async (): Promise<void> => {
    if (context.incoming.byteStream) throw streamStays();
    context.primaryAnswer = await rooms.replica.forward(context);
  };
  if (context.onPrimary || (mayForward && isForwarded(context))) return forward;
  try {
    await runHandler(context, rooms);
  } catch (error) {
    if (!mayForward || !isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
    return forward;
  }
};

const isForwarded = ({ resolved }: RequestContext): boolean =>
  resolved?.declaration.forwarded === true && !resolved.mount.local;

async function runHandler(context: RequestContext, rooms: Rooms): Promise<void> {
  const resolved = resolvedOf(context);
  const { body, warnings } = rooms.mounts.checkBody(resolved.declaration, context.incoming.data);
  const handler = (resolved.instance as EngineInstance & Record<string, PathHandler>)[resolved.declaration.method];
  if (handler === undefined) throw new Error(`${resolved.mount.type} has no method "${resolved.declaration.method}"`);
  const storage = rooms.mounts.storageOf(unitOfContext(context), resolved);
  const response = await withState(resolved, (state) =>
    handler.call(resolved.instance, engineRequestOf(context, body, state), storage),
  );
  if (context.incoming.forwarded && response?.raw && !Buffer.isBuffer(response.raw.body)) throw streamStays();
  if (response !== undefined) context.response = response;
  context.warnings.push(...warnings, ...(response?.warnings ?? []));
}

/** Asked once only: when this cluster's own part (lease, wrapping) is overtaken and tried again, the primary has done its part. */
function takeAnswer(context: RequestContext, { response, index }: ForwardedAnswer): void {
  if (response !== undefined) context.response = response;
  context.warnings.push(...(response?.warnings ?? []));
  context.forwardedIndex = index;
}
