import { putRecord, type RecordReaders, recordsBelow } from '@tidelock/core/scope';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
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

/** Read in the unit: the mount's removal overtakes the unit. Unopened: it need not be legible. */
export async function isMounted(
  { replicated, local }: UnitOfWork,
  { uuid, local: isLocal }: Pick<MountRecord, 'uuid' | 'local'>,
): Promise<boolean> {
  const key = mountKey(uuid);
  return (isLocal ? await local.row('record', key) : await replicated.getSealed(key)) !== undefined;
}

export const decodeMount = (value: Buffer): MountRecord => parseJson(value.toString('utf8')) as MountRecord;

export function putMount(unit: UnitOfWork, record: MountRecord): void {
  putRecord(unit, record.local, mountKey(record.uuid), Buffer.from(stringifyJson(record), 'utf8'));
}

/** All mounts, of both families. */
export async function readMounts(readers: RecordReaders): Promise<MountRecord[]> {
  return (await recordsBelow(readers, MOUNT_PREFIX)).map(decodeMount);
}
