import type { Step } from '../step';

/** The caller may know: 404 or 405 for what `resolveMount` did not find. */
export const requirePath: Step = (context) => {
  if (context.unresolved !== undefined) throw context.unresolved;
};
