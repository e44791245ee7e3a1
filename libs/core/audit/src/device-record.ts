import { randomBytes } from 'node:crypto';
import type { AuditDeviceEntry, AuditDeviceOrder } from '@tidelock/engine-api';
import { deleteRecord, putRecord, type RecordReaders, recordsBelow } from '@tidelock/core/scope';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';

/** One record a device: `audit/<path>`, replicated or in the local table. */
export const AUDIT_PREFIX = 'audit/';

export interface DeviceRecord extends AuditDeviceEntry {
  /** Key of the device's hashes; replicated with the device. */
  readonly salt: string;
}

export const newDeviceRecord = (order: AuditDeviceOrder): DeviceRecord => ({
  ...order,
  salt: randomBytes(32).toString('hex'),
});

/** Without the salt. */
export const entryOf = ({ path, type, description, options, local }: DeviceRecord): AuditDeviceEntry => ({
  path,
  type,
  description,
  options,
  local,
});

/** `path` without the `/` at its end. */
const keyOf = (path: string): string => AUDIT_PREFIX + path.slice(0, -1);

export function putDevice(unit: UnitOfWork, record: DeviceRecord): void {
  putRecord(unit, record.local, keyOf(record.path), Buffer.from(stringifyJson(record), 'utf8'));
}

export function deleteDevice(unit: UnitOfWork, { path, local }: AuditDeviceEntry): void {
  deleteRecord(unit, local, keyOf(path));
}

/** All devices, sorted by path. */
export async function readDevices(from: RecordReaders): Promise<DeviceRecord[]> {
  const records = (await recordsBelow(from, AUDIT_PREFIX)).map((value) => parseJson(value.toString('utf8')));
  return (records as DeviceRecord[]).sort((a, b) => (a.path < b.path ? -1 : 1));
}
