import { TidelockError } from '@tidelock/kernel';
import { requireCaller, type RequestContext, resolvedOf } from '../request/context';
import type { Rooms } from './ports';
import type { Step } from './step';
import { authorize } from './authorize';
import { identify } from './identify';
import { withFlags } from './read-body';

/** The client may name states that it has seen (`X-Vault-Index`): no answer from before them. */
export const checkConsistency: Step = async (context, rooms) => {
  if ((await whereStatesAre(context, rooms)) === 'here')
    return context.incoming.requiredStates.length > 0 ? resolveAgain(context, rooms) : undefined;
  if (!readsSharedState(context)) throw new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
  context.onPrimary = true;
};

/** Before anything is looked up. */
export const requireStates: Step = async (context, rooms) => {
  await whereStatesAre(context, rooms);
};

/** For a path that is not there yet. @throws {TidelockError} what the path deserves in the state that the client names, or before it. */
export async function awaitStates(context: RequestContext, rooms: Rooms): Promise<void> {
  if ((await whereStatesAre(context, rooms)) !== 'here') throw context.unresolved;
  await resolveAgain(context, rooms);
}

/** Costs nothing where the client names nothing. @throws {TidelockError} REQUIRED_STATE_MISSING, INVALID_REQUEST for a header that is turned off. */
async function whereStatesAre(
  { incoming: { requiredStates, headers } }: RequestContext,
  { replica }: Rooms,
): Promise<'here' | 'primary'> {
  return requiredStates.length === 0 && !('x-vault-forward' in headers)
    ? 'here'
    : replica.checkConsistency(requiredStates, headers);
}

/** The mount table may have waited for the state as well. What now serves the path may demand more of the caller than what was there. */
async function resolveAgain(context: RequestContext, rooms: Rooms): Promise<void> {
  await rooms.mounts.caughtUp();
  const formerly = context.resolved?.declaration;
  context.resolved = rooms.mounts.resolve(context.incoming.path, context.incoming.operation);
  delete context.unresolved;
  if (context.resolved.declaration === formerly) return;
  // The body was read as what the former path takes.
  if (context.incoming.readBody && context.resolved.declaration.bytes !== formerly?.bytes)
    throw new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
  context.incoming = withFlags(context.incoming, context.resolved.declaration.body);
  requireCaller(context);
  await identify(context, rooms);
  await authorize(context, rooms);
}

/** What is bound to this cluster (tokens, leases, cubbyholes, local mounts) the primary cannot tell. */
function readsSharedState(context: RequestContext): boolean {
  const { declaration, mount } = resolvedOf(context);
  const { operation } = context.incoming;
  return (operation === 'read' || operation === 'list') && !declaration.localOnly && !mount.local;
}
