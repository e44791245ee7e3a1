import type { EngineInstance, ExistenceCheck, Operation } from '@tidelock/engine-api';
import { isTidelockError, multiError, TidelockError } from '@tidelock/kernel';
import { needsNoToken, type RequestContext, subjectOf } from '../request/context';
import { engineRequestOf, withState } from '../request/engine-request';
import type { Rooms } from './ports';
import type { Step } from './step';

/** What the policies in force for the caller say about the operation on this path with these parameters. */
export const authorize: Step = async (context, rooms) => {
  const { caller, incoming } = context;
  const { sudo = false } = context.resolved?.declaration ?? {};
  if (caller === undefined || needsNoToken(context) || incoming.operation === 'help') return;
  context.operation = await operationOf(context, rooms);
  const acl = await rooms.policies.aclOf(subjectOf(context));
  const isAllowed = acl.allows({
    path: incoming.path,
    operation: context.operation,
    data: incoming.data,
    sudo,
    ...(incoming.wrap && { wrapTtlSeconds: incoming.wrap.ttlSeconds }),
  });
  if (!isAllowed) throw new TidelockError('PERMISSION_DENIED', { errors: [multiError(['permission denied'])] });
};

/** A write to what is not there yet is a `create`, where the engine can tell. */
async function operationOf(context: RequestContext, rooms: Rooms): Promise<Operation> {
  const { operation } = context.incoming;
  const { resolved } = context;
  if (operation !== 'update' || resolved?.declaration.exists === undefined) return operation;
  const check = (resolved.instance as EngineInstance & Record<string, ExistenceCheck>)[resolved.declaration.exists];
  if (check === undefined) throw new Error(`${resolved.mount.type} has no method "${resolved.declaration.exists}"`);
  context.unit = rooms.store.begin();
  const storage = rooms.mounts.storageOf(context.unit, resolved);
  const exists = await withState(resolved, (state) =>
    check.call(resolved.instance, engineRequestOf(context, context.incoming.data, state), storage),
  ).catch((error: unknown) => {
    // It is there, though damaged: that it can be written over is what ends the damage. Or its key has yet to come.
    if (isTidelockError(error, 'CORRUPT_RECORD') || isTidelockError(error, 'UNKNOWN_TERM')) return true;
    throw error;
  });
  return exists ? 'update' : 'create';
}
