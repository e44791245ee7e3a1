import type { EngineInstance, PathHandler } from '@tidelock/engine-api';
import { isTidelockError } from '@tidelock/kernel';
import { resolvedOf, streamStays, unitOfContext, type RequestContext } from '../context';
import { engineRequestOf, withState } from '../engine-request';
import type { Rooms } from '../rooms';
import type { Step } from '../step';

/** Runs the engine's handler; on a secondary, what writes replicated state runs on the primary instead. */
export const handle: Step = async (context, rooms) => {
  const { declaration } = resolvedOf(context);
  if (context.incoming.operation === 'help') {
    context.response = rooms.mounts.help(context.incoming.path);
    return;
  }
  const mayForward = rooms.replica.isSecondary && !declaration.localOnly;
  if (context.primaryAnswer || context.onPrimary || (mayForward && isForwarded(context)))
    return forward(context, rooms);
  try {
    await runHandler(context, rooms);
  } catch (error) {
    if (!mayForward || !isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
    await forward(context, rooms);
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

async function forward(context: RequestContext, rooms: Rooms): Promise<void> {
  if (context.incoming.byteStream) throw streamStays();
  // Once only: when this cluster's own part (lease, wrapping) is overtaken and tried again, the primary has done its part.
  const answer = (context.primaryAnswer ??= await rooms.replica.forward(context));
  // What the handler put before it met replicated state belongs to the primary's run, not to this cluster.
  context.unit = rooms.store.begin();
  context.warnings = [];
  if (answer.response !== undefined) context.response = answer.response;
  context.warnings.push(...(answer.response?.warnings ?? []));
  context.forwardedIndex = answer.index;
}
