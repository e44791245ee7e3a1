import type { Step } from '../step';

/** Finds the mount (longest prefix) and the engine's path that serve the request. */
export const resolveMount: Step = (context, rooms) => {
  const { path, operation } = context.incoming;
  context.resolved ??= rooms.mounts.resolve(path, operation);
};
