import type { Step } from '../step';

/** The client may name states that it has seen (`X-Vault-Index`): no answer from before them. */
export const checkConsistency: Step = async (context, rooms) => {
  const { requiredStates, headers } = context.incoming;
  if (requiredStates.length > 0 || 'x-vault-forward' in headers) await rooms.replica.checkConsistency(requiredStates, headers);
};
