import type { Step } from '../step';

/** Finds the mount (longest prefix) and the engine's path that serve the request. */
export const resolveMount: Step = async (context, rooms) => {
  const { path, operation } = context.incoming;
  const settling = rooms.mounts.settled();
  if (settling !== undefined) await settling;
  context.resolved ??= rooms.mounts.resolve(path, operation);
};
