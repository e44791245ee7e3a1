import type { MountEntry, PolicyService, Subject } from '@tidelock/engine-api';

/** Whether a caller may know of a mount: any right at or below its path will do. */
export async function maySee(
  policies: PolicyService,
  subject: Subject | undefined,
  { path }: Pick<MountEntry, 'path'>,
): Promise<boolean> {
  return subject !== undefined && policies.hasRightBelow(subject, path);
}

/** The mounts that a caller may know of. Without a token: those that are listed for everybody. */
export async function visibleMounts(
  policies: PolicyService,
  subject: Subject | undefined,
  mounts: readonly MountEntry[],
): Promise<readonly MountEntry[]> {
  const seen = await Promise.all(
    mounts.map(async (mount) => mount.config.listing_visibility === 'unauth' || maySee(policies, subject, mount)),
  );
  return mounts.filter((_, at) => seen[at]);
}
