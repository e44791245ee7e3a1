import { ApiError } from '../../api/errors';
import type { SecretData } from '../../api/exact-json';
import type { Metadata, Secret } from './secret';

/** What an edit began with. */
export interface Base {
  readonly data: SecretData;
  /** As `cas` names it; 0: there was no secret; absent: it is not known. Without versions: 1, where there is one. */
  readonly version?: number;
  /** Something may be there that could not be read: `data` is not it. */
  readonly isUnreadable?: boolean;
}

/** As `useQuery` tells of it. What was read before stands beside the error of the last call. */
interface Read<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
}

/** @returns `undefined`: it cannot be told what is there. */
export function baseOf(
  { data: secret, error }: Read<Pick<Secret, 'data' | 'version'>>,
  metadata: Read<{ readonly data: Metadata }>,
): Base | undefined {
  const latest = latestIn(metadata);
  const status = statusOf(error);
  if (status === 404) return { data: {}, version: latest ?? 0 };
  if (status === 403) return unreadable(latest);
  // Its own version: one that the metadata knows may be younger than this data.
  return secret && { data: secret.data ?? {}, version: secret.version };
}

function unreadable(latest: number | undefined): Base {
  if (latest === 0) return { data: {}, version: 0 };
  return { data: {}, isUnreadable: true, ...(latest !== undefined && { version: latest }) };
}

function latestIn({ data, error }: Read<{ readonly data: Metadata }>): number | undefined {
  const status = statusOf(error);
  if (status === 404) return 0;
  return status === 403 ? undefined : data && Number(data.data.current_version ?? 0);
}

const statusOf = (error: Error | null): number => (error instanceof ApiError ? error.status : 0);
