import { retryOnConflict } from './retry-on-conflict';
import type { Step } from './step';
import type { RequestContext } from './context';

/** Steps that share one unit of work; all of them run again when another request's commit overtakes theirs. */
export function transaction(steps: readonly Step[]): Step {
  return (context, rooms) =>
    retryOnConflict(async (way) => {
      forget(context);
      context.rightOfWay = way;
      context.unit = rooms.store.begin({ replicatedOnly: context.incoming.forwarded !== undefined });
      for (const step of steps) await step(context, rooms);
    });
}

function forget(context: RequestContext): void {
  delete context.response;
  delete context.lease;
  delete context.auth;
  delete context.wrapInfo;
  delete context.forwardedIndex;
  context.warnings = [];
}
