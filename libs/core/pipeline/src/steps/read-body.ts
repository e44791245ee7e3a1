import type { RequestContext } from '../context';
import type { Step } from '../step';

/** Bytes that a caller without a token may make this node read: a login's body is a hundredth of that. */
const BEFORE_AUTHENTICATION = 64 * 1024;
/** Bytes that a path takes unless it declares another limit: settings and policies are a hundredth of that. */
const OF_A_PATH = 1024 * 1024;

/** Reads the body now that it is known who calls; nothing of a request that is not well formed goes further than this. */
export const readBody: Step = async (context) => {
  const { incoming, caller } = context;
  if (incoming.refusal) throw incoming.refusal;
  if (incoming.readBody === undefined) return;
  const data = await incoming.readBody(caller === undefined ? BEFORE_AUTHENTICATION : limitOf(context));
  context.incoming = { ...incoming, data };
};

/** A path whose mount is still to come from the primary may be any. */
function limitOf({ resolved, incoming: { requiredStates } }: RequestContext): number {
  if (resolved === undefined) return requiredStates.length > 0 ? Infinity : OF_A_PATH;
  return resolved.declaration.bodyLimit ?? OF_A_PATH;
}
