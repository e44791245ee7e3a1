import type { Step } from './step';

/** Refuses what cannot be served now (503); what an engine declares `whileSealed` goes on. */
export const requireUnsealed: Step = (context, rooms) => {
  const refusal = rooms.availability.refusal();
  if (refusal === undefined) return;
  const { path, operation, openMetrics } = context.incoming;
  const resolved = rooms.mounts.resolveWhileSealed(path, operation);
  const { whileSealed, openMetrics: isMetrics } = resolved?.declaration ?? {};
  if (resolved === undefined || !(whileSealed || (isMetrics && openMetrics))) throw refusal;
  context.resolved = resolved;
};
