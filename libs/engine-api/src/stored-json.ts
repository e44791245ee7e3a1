import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { StorageView } from './request/storage-view';

/** Reads a JSON document; numbers keep their text. */
export async function readJson<T>(storage: Pick<StorageView, 'get'>, key: string): Promise<T | undefined> {
  const bytes = await storage.get(key);
  return bytes === undefined ? undefined : (parseJson(bytes.toString('utf8')) as T);
}

export function writeJson(storage: Pick<StorageView, 'put'>, key: string, document: unknown): Promise<void> {
  return storage.put(key, Buffer.from(stringifyJson(document), 'utf8'));
}
