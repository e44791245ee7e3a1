import { formatDuration, rfc3339 } from '@tidelock/kernel';

/** Times are milliseconds since the Unix epoch; 0 in `deletion_time` means none. */
export interface VersionMetadata {
  created_time: number;
  deletion_time: number;
  destroyed: boolean;
}

/** A secret's metadata as it is stored. */
export interface KeyMetadata {
  created_time: number;
  updated_time: number;
  current_version: number;
  oldest_version: number;
  /** 0 = as the mount says. */
  max_versions: number;
  cas_required: boolean;
  /** Seconds; 0 = as the mount says, negative = never. */
  delete_version_after: number;
  custom_metadata: Record<string, string> | null;
  versions: Record<string, VersionMetadata>;
}

/** Configuration of a mount. `delete_version_after`: seconds, negative = never, whatever the secrets say. */
export interface KvConfig {
  max_versions: number;
  cas_required: boolean;
  delete_version_after: number;
}

const DEFAULT_MAX_VERSIONS = 10;

export const newMetadata = (now: number): KeyMetadata => ({
  created_time: now,
  updated_time: now,
  current_version: 0,
  oldest_version: 0,
  max_versions: 0,
  cas_required: false,
  delete_version_after: 0,
  custom_metadata: null,
  versions: {},
});

/**
 * Adds a version and forgets the ones over the limit, which is the larger of the secret's and the mount's, or 10.
 *
 * @returns the numbers of the versions whose data has to go.
 */
export function addVersion(meta: KeyMetadata, config: KvConfig, now: number): number[] {
  meta.current_version += 1;
  meta.updated_time = now;
  meta.versions[meta.current_version] = {
    created_time: now,
    deletion_time: deletionTime(meta, config, now),
    destroyed: false,
  };
  const limit = Math.max(meta.max_versions, config.max_versions) || DEFAULT_MAX_VERSIONS;
  if (meta.current_version - meta.oldest_version < limit) return [];
  meta.oldest_version = meta.current_version - limit + 1;
  const dropped = Object.keys(meta.versions)
    .map(Number)
    .filter((version) => version < meta.oldest_version);
  for (const version of dropped) delete meta.versions[version];
  return dropped;
}

/** The shorter of the secret's and the mount's `delete_version_after`, counted from now; 0 when there is none. */
function deletionTime(meta: KeyMetadata, config: KvConfig, now: number): number {
  if (config.delete_version_after < 0 || meta.delete_version_after < 0) return 0;
  const delays = [config.delete_version_after, meta.delete_version_after].filter((seconds) => seconds > 0);
  return delays.length === 0 ? 0 : now + Math.min(...delays) * 1000;
}

/** Soft-deleted (now, or at a time that has come) or destroyed: its data is not to be shown. */
export const isGone = (version: VersionMetadata, now: number): boolean =>
  version.destroyed || (version.deletion_time !== 0 && version.deletion_time <= now);

const timeText = (milliseconds: number): string => (milliseconds === 0 ? '' : rfc3339(milliseconds));

/** A version as answers on `data/` show it. */
export function describeVersion(meta: KeyMetadata, version: VersionMetadata, number: number): Record<string, unknown> {
  return {
    created_time: rfc3339(version.created_time),
    custom_metadata: meta.custom_metadata,
    deletion_time: timeText(version.deletion_time),
    destroyed: version.destroyed,
    version: number,
  };
}

/** The whole metadata as `metadata/` shows it. */
export function describeMetadata(meta: KeyMetadata): Record<string, unknown> {
  const versions = Object.entries(meta.versions).map(([number, { created_time, deletion_time, destroyed }]) => [
    number,
    { created_time: rfc3339(created_time), deletion_time: timeText(deletion_time), destroyed },
  ]);
  return {
    cas_required: meta.cas_required,
    created_time: rfc3339(meta.created_time),
    current_version: meta.current_version,
    custom_metadata: meta.custom_metadata,
    delete_version_after: formatDuration(meta.delete_version_after),
    max_versions: meta.max_versions,
    oldest_version: meta.oldest_version,
    updated_time: rfc3339(meta.updated_time),
    versions: Object.fromEntries(versions),
  };
}
