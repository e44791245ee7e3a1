import { unlessAway } from './authenticate';
import type { Step } from '../step';

/** Who stands behind the token: by whose policies, and as whom, the request is judged. */
export const identify: Step = async (context, rooms) => {
  const { caller } = context;
  if (caller === undefined) return;
  const subject = await unlessAway(context, rooms.identity.subjectOf(caller));
  if (subject === undefined) delete context.caller;
  else context.subject = subject;
};
