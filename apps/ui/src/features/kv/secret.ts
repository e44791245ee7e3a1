import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/errors';
import { type Envelope, send } from '../../api/send';
import { useRead } from '../../session/read';
import { useToken } from '../../session/useToken';
import { type KvMount, type Limits, readMetadata, readSecret } from './calls';
import { isData, parseExactly, type SecretData } from '../../api/exact-json';

/** What is told of a version; each of it may be missing where a server is wrong. */
export interface VersionFacts {
  readonly created_time?: string;
  /** `''`: it is there. A time ahead: it is there until then. */
  readonly deletion_time?: string;
  readonly destroyed?: boolean;
}

/** A version of a secret. */
export interface Secret {
  /** `undefined`: it was deleted or destroyed. */
  readonly data: SecretData | undefined;
  /** Without versions: 1, for there is one. */
  readonly version: number;
  readonly facts: VersionFacts;
}

interface SecretOptions {
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {ApiError} 404: there never was one, or nothing is left of it. */
export async function fetchSecret(
  mount: KvMount,
  name: string,
  version: number | undefined,
  options: SecretOptions,
): Promise<Secret> {
  const request = readSecret(mount, name, version);
  const answer = await send<{ readonly data?: unknown; readonly errors?: unknown; readonly warnings?: unknown }>(
    request,
    {
      ...options,
      parse: parseExactly,
      // Of a version that was deleted the metadata is told, with this status.
      isAnswer: (status) => status === 404,
    },
  );
  return mount.version === 1 ? unversioned(answer?.data) : versioned(answer?.data, answer?.warnings);
}

function unversioned(data: unknown): Secret {
  if (!isData(data)) throw new ApiError(404, []);
  return { data, version: 1, facts: {} };
}

function versioned(answer: unknown, warnings: unknown): Secret {
  if (!isData(answer)) throw new ApiError(404, Array.isArray(warnings) ? warnings.map(String) : []);
  const facts = isData(answer['metadata']) ? answer['metadata'] : {};
  const data = answer['data'];
  return {
    data: isData(data) ? data : undefined,
    version: Number(facts['version'] ?? 0),
    facts: facts as VersionFacts,
  };
}

/** Forgotten as soon as no page shows it. */
export function useSecret(mount: KvMount, name: string, version?: number, enabled = true) {
  const token = useToken();
  return useQuery({
    queryKey: ['secret', mount, name, version],
    queryFn: ({ signal }) => fetchSecret(mount, name, version, { token, signal }),
    gcTime: 0,
    enabled,
  });
}

export interface Metadata extends Partial<Limits> {
  readonly created_time?: string;
  readonly updated_time?: string;
  readonly current_version?: number;
  readonly oldest_version?: number;
  readonly custom_metadata?: Readonly<Record<string, unknown>> | null;
  readonly versions?: Readonly<Record<string, VersionFacts>>;
}

/** Not asked of an engine without versions. */
export const useMetadata = (mount: KvMount, name: string) =>
  useRead<Envelope<Metadata>>(readMetadata(mount, name), { enabled: mount.version === 2 });
