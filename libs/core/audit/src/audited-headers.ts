import type { AuditedHeader } from '@tidelock/engine-api';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { ReplicatedReader, ReplicatedWriter } from '@tidelock/store';

/** Record of the request headers that are logged. */
export const HEADERS_KEY = 'core/audited-headers';

export type AuditedHeaders = Readonly<Record<string, AuditedHeader>>;

export async function readHeaders(replicated: Pick<ReplicatedReader, 'get'>): Promise<AuditedHeaders> {
  const stored = await replicated.get(HEADERS_KEY);
  return stored === undefined ? {} : (parseJson(stored.toString('utf8')) as AuditedHeaders);
}

export function putHeaders(replicated: Pick<ReplicatedWriter, 'put'>, headers: AuditedHeaders): void {
  replicated.put(HEADERS_KEY, Buffer.from(stringifyJson(headers), 'utf8'));
}
