import { isTidelockError, TidelockError } from '@tidelock/kernel';
import { type ForwardedBy, requireCaller } from '../request/context';
import type { Step } from './step';
import { authorize } from './authorize';

const ROOT = 'root';

/** The caller as the secondary names it. Nothing of its token is known here, and whether it is root is for this cluster to say. */
export const acceptCaller: Step = (context) => {
  const { forwarded } = context.incoming;
  if (forwarded?.caller === undefined) return;
  const { displayName, entityId, metadata, policies } = forwarded.caller;
  const accepted = isRootWithheld(forwarded) ? policies.filter((name) => name !== ROOT) : policies;
  context.caller = {
    clientToken: '',
    tokenId: '',
    accessor: '',
    type: 'service',
    displayName,
    policies: accepted,
    entityId,
    metadata,
    orphan: true,
    numUses: 0,
    isRoot: accepted.includes(ROOT),
  };
};

/** What the primary's own policies say, as if the caller had come here itself. */
export const authorizeForwarded: Step = async (context, rooms) => {
  const { forwarded } = context.incoming;
  requireCaller(context);
  try {
    await authorize(context, rooms);
  } catch (error) {
    if (forwarded === undefined || !isRootWithheld(forwarded) || !isTidelockError(error, 'PERMISSION_DENIED'))
      throw error;
    throw new TidelockError(
      'PERMISSION_DENIED',
      `permission denied: root of secondary ${JSON.stringify(forwarded.secondaryId)} is not root here, ` +
        `for its forwarding level is "${forwarded.level}"`,
    );
  }
};

const isRootWithheld = ({ level, caller }: ForwardedBy): boolean =>
  level !== 'all' && caller?.policies.includes(ROOT) === true;
