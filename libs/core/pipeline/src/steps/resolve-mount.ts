import { UnsupportedOperation } from '@tidelock/core/mounts';
import { isTidelockError } from '@tidelock/kernel';
import type { Step } from './step';

/**
 * Finds the mount (longest prefix) and the engine's path that serve the request. What is not there is reported later, by
 * `requirePath`: whoever has no token learns nothing about which paths exist, but for those that need none.
 */
export const resolveMount: Step = async (context, rooms) => {
  // What is served while the rest is down waits for nobody.
  if (context.resolved !== undefined) return;
  const { path, operation } = context.incoming;
  const behind = rooms.mounts.caughtUp();
  if (behind !== undefined) await behind;
  try {
    context.resolved = rooms.mounts.resolve(path, operation);
  } catch (error) {
    if (!isTidelockError(error) || (error instanceof UnsupportedOperation && error.open)) throw error;
    context.unresolved = error;
  }
};
