import { awaitStates } from './check-consistency';
import type { Step } from './step';

/** The caller may know: 404 or 405 for what `resolveMount` did not find, also where the client names a state in which it may be there. */
export const requirePath: Step = async (context, rooms) => {
  if (context.unresolved === undefined) return;
  if (context.incoming.requiredStates.length === 0) throw context.unresolved;
  await awaitStates(context, rooms);
  // Of a body that is none of this path's.
  if (context.incoming.refusal) throw context.incoming.refusal;
};

/** The same without a second look: what was checked is what is done. */
export const requireFound: Step = ({ unresolved }) => {
  if (unresolved !== undefined) throw unresolved;
};
