import { TidelockError } from '@tidelock/kernel';
import { type RequestContext, resolvedOf } from '../context';
import type { Step } from '../step';

/** The client may name states that it has seen (`X-Vault-Index`): no answer from before them. */
export const checkConsistency: Step = async (context, rooms) => {
  const { requiredStates, headers } = context.incoming;
  if (requiredStates.length === 0 && !('x-vault-forward' in headers)) return;
  if ((await rooms.replica.checkConsistency(requiredStates, headers)) === 'here') return;
  if (!readsSharedState(context)) throw new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
  context.onPrimary = true;
};

/** What is bound to this cluster (tokens, leases, cubbyholes, local mounts) the primary cannot tell. */
function readsSharedState(context: RequestContext): boolean {
  const { declaration, mount } = resolvedOf(context);
  const { operation } = context.incoming;
  return (operation === 'read' || operation === 'list') && !declaration.localOnly && !mount.local;
}
