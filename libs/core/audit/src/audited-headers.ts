import { type AuditedHeader, readJson } from '@tidelock/engine-api';
import { stringifyJson } from '@tidelock/kernel';
import type { ReplicatedReader, ReplicatedWriter } from '@tidelock/store';

/** Record of the request headers that are logged. */
export const HEADERS_KEY = 'core/audited-headers';

export type AuditedHeaders = Readonly<Record<string, AuditedHeader>>;

export async function readHeaders(replicated: Pick<ReplicatedReader, 'get'>): Promise<AuditedHeaders> {
  return (await readJson<AuditedHeaders>(replicated, HEADERS_KEY)) ?? {};
}

export function putHeaders(replicated: Pick<ReplicatedWriter, 'put'>, headers: AuditedHeaders): void {
  replicated.put(HEADERS_KEY, Buffer.from(stringifyJson(headers), 'utf8'));
}
