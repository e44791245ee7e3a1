import type { Step } from '../step';

/** Refuses what cannot be served now (503); what an engine declares `whileSealed` goes on. */
export const requireUnsealed: Step = (context, rooms) => {
  const refusal = rooms.availability.refusal();
  if (refusal === undefined) return;
  const { path, operation } = context.incoming;
  const resolved = rooms.mounts.resolveWhileSealed(path, operation);
  if (resolved === undefined || !resolved.declaration.whileSealed) throw refusal;
  context.resolved = resolved;
};
