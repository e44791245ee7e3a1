import { isBearable } from './authenticate';
import type { Step } from './step';

/** Who stands behind the token: by whose policies, and as whom, the request is judged. */
export const identify: Step = async (context, rooms) => {
  const { caller } = context;
  if (caller === undefined) return;
  try {
    context.subject = await rooms.identity.subjectOf(caller);
  } catch (error) {
    if (!isBearable(context, error)) throw error;
    delete context.caller;
  }
};
