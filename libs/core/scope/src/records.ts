import type { LocalReader, ReplicatedReader, UnitOfWork } from '@tidelock/store';

/** The records of both families, replicated and local, which have the same collections. */
export interface RecordReaders {
  readonly replicated: ReplicatedReader;
  readonly local: LocalReader;
}

export async function readRecord(
  { replicated, local }: RecordReaders,
  isLocal: boolean,
  key: string,
): Promise<Buffer | undefined> {
  return isLocal ? (await local.row('record', key))?.value : replicated.get(key);
}

/** All below a prefix, the replicated ones first. */
export async function recordsBelow(readers: RecordReaders, prefix: string): Promise<Buffer[]> {
  const reads = [false, true].map(async (isLocal) => {
    const keys = await (isLocal ? readers.local : readers.replicated).keys(prefix);
    return Promise.all(keys.map((key) => readRecord(readers, isLocal, key)));
  });
  return (await Promise.all(reads)).flat().filter((value) => value !== undefined);
}

export function putRecord(unit: UnitOfWork, isLocal: boolean, key: string, value: Buffer): void {
  if (isLocal) unit.local.put('record', { key, value });
  else unit.replicated.put(key, value);
}

export function deleteRecord(unit: UnitOfWork, isLocal: boolean, key: string): void {
  if (isLocal) unit.local.delete('record', key);
  else unit.replicated.delete(key);
}
