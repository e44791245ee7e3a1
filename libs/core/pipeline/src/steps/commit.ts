import { resolvedOf, unitOfContext } from '../request/context';
import type { Step } from './step';

const STALE_WARNING =
  "Timeout hit while waiting for local replicated cluster to apply primary's write; " +
  'this client may encounter stale reads of values written during this operation.';

/** Everything the request changed becomes durable at once. After a forwarded write, waits until it has come back. */
export const commit: Step = async (context, rooms) => {
  const unit = unitOfContext(context);
  if (!unit.isEmpty) {
    // What comes behind the purge of its mount would stay for good. Asked here, for reads that write are known here only.
    await rooms.mounts.requireMounted(unit, resolvedOf(context));
    unit.cause = { requestId: context.incoming.id, path: context.incoming.path };
    if (context.timely) unit.lastCheck = context.timely.require;
    context.rightOfWay?.require(unit);
    context.receipt = await unit.commit();
  }
  if (context.forwardedIndex !== undefined && context.forwardedIndex > 0) {
    if (!(await rooms.replica.awaitIndex(context.forwardedIndex))) context.warnings.push(STALE_WARNING);
    const position = rooms.store.position();
    context.receipt = { ...position, replicatedIndex: Math.max(position.replicatedIndex, context.forwardedIndex) };
  }
};
