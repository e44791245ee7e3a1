import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { LocalReader, ReplicatedReader, UnitOfWork } from '@tidelock/store';
import type { MountRecord } from './mount';

/** One record a mount: `mount/<uuid>`, replicated or in the local table. */
export const MOUNT_PREFIX = 'mount/';

/** `core/unmounted/<uuid>`: the mount is gone, some of its entries may still be there. */
export const UNMOUNTED_PREFIX = 'core/unmounted/';

/** `core/remount/<uuid>`: the last moves of one mount, newest first. Local mounts' are local. */
export const REMOUNT_PREFIX = 'core/remount/';

/** The moves of all mounts, in one record: no mount's own, so for nobody from whom any mount is hidden. Written by earlier versions. */
export const FORMER_REMOUNTS = 'core/remounts';

export const mountKey = (uuid: string): string => MOUNT_PREFIX + uuid;

interface Readers {
  readonly replicated: ReplicatedReader;
  readonly local: LocalReader;
}

/** A record of the replicated or of the local family; both have the same collections. */
export async function readRecord(
  { replicated, local }: Readers,
  isLocal: boolean,
  key: string,
): Promise<Buffer | undefined> {
  return isLocal ? (await local.row('record', key))?.value : replicated.get(key);
}

/** Read in the unit: the mount's removal overtakes the unit. Unopened: it need not be legible. */
export async function isMounted(
  { replicated, local }: UnitOfWork,
  { uuid, local: isLocal }: Pick<MountRecord, 'uuid' | 'local'>,
): Promise<boolean> {
  const key = mountKey(uuid);
  return (isLocal ? await local.row('record', key) : await replicated.getSealed(key)) !== undefined;
}

export function putRecord(unit: UnitOfWork, isLocal: boolean, key: string, value: Buffer): void {
  if (isLocal) unit.local.put('record', { key, value });
  else unit.replicated.put(key, value);
}

export function deleteRecord(unit: UnitOfWork, isLocal: boolean, key: string): void {
  if (isLocal) unit.local.delete('record', key);
  else unit.replicated.delete(key);
}

export const decodeMount = (value: Buffer): MountRecord => parseJson(value.toString('utf8')) as MountRecord;

export function putMount(unit: UnitOfWork, record: MountRecord): void {
  putRecord(unit, record.local, mountKey(record.uuid), Buffer.from(stringifyJson(record), 'utf8'));
}

/** All mounts of one family. */
export async function readMounts(readers: Readers, isLocal: boolean): Promise<MountRecord[]> {
  const keys = await (isLocal ? readers.local : readers.replicated).keys(MOUNT_PREFIX);
  const values = await Promise.all(keys.map((key) => readRecord(readers, isLocal, key)));
  return values.flatMap((value) => (value === undefined ? [] : [decodeMount(value)]));
}
