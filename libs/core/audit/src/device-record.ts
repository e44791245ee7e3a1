import { randomBytes } from 'node:crypto';
import type { AuditDeviceEntry, AuditDeviceOrder } from '@tidelock/engine-api';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import type { LocalReader, ReplicatedReader, UnitOfWork } from '@tidelock/store';

/** One record a device: `audit/<path>`, replicated or in the local table. */
export const AUDIT_PREFIX = 'audit/';

export interface DeviceRecord extends AuditDeviceEntry {
  /** Key of the device's hashes; replicated with the device. */
  readonly salt: string;
}

interface Readers {
  readonly replicated: ReplicatedReader;
  readonly local: LocalReader;
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
  const [key, value] = [keyOf(record.path), Buffer.from(stringifyJson(record), 'utf8')];
  if (record.local) unit.local.put('record', { key, value });
  else unit.replicated.put(key, value);
}

export function deleteDevice(unit: UnitOfWork, { path, local }: AuditDeviceEntry): void {
  if (local) unit.local.delete('record', keyOf(path));
  else unit.replicated.delete(keyOf(path));
}

/** All devices, sorted by path. */
export async function readDevices({ replicated, local }: Readers): Promise<DeviceRecord[]> {
  const [replicatedKeys, localKeys] = await Promise.all([replicated.keys(AUDIT_PREFIX), local.keys(AUDIT_PREFIX)]);
  const values = await Promise.all([
    ...replicatedKeys.map((key) => replicated.get(key)),
    ...localKeys.map(async (key) => (await local.row('record', key))?.value),
  ]);
  const records = values.flatMap((value) =>
    value === undefined ? [] : [parseJson(value.toString('utf8')) as DeviceRecord],
  );
  return records.sort((a, b) => (a.path < b.path ? -1 : 1));
}
