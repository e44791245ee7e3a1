import {
  type AuditDeviceEntry,
  type AuditDeviceOrder,
  type AuditDeviceTypes,
  type AuditedHeader,
  AuditService,
  type RequestScope,
} from '@tidelock/engine-api';
import { badRequest, type Clock, isTidelockError, type Logger, newUuid, reasonOf } from '@tidelock/kernel';
import { type ChangePolicy, requireChangeable, unitOf } from '@tidelock/core/scope';
import type { AuditBroker } from './audit-broker';
import type { AuditRequest } from './audit-entry';
import { type AuditedHeaders, putHeaders, readHeaders } from './audited-headers';
import { requirePlainPrefix, skipsTest } from './device-options';
import { deleteDevice, type DeviceRecord, newDeviceRecord, putDevice, readDevices } from './device-record';
import { EnabledDevice } from './enabled-device';

export interface AuditAdminNeeds {
  readonly broker: AuditBroker;
  readonly deviceTypes: AuditDeviceTypes;
  readonly policy: ChangePolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Enables and disables audit devices within the request's unit of work. The broker follows the commit. */
export class AuditAdmin extends AuditService {
  constructor(private readonly needs: AuditAdminNeeds) {
    super();
  }

  list(): readonly AuditDeviceEntry[] {
    return this.needs.broker.list();
  }

  async enable(scope: RequestScope, order: AuditDeviceOrder): Promise<void> {
    const unit = unitOf(scope);
    const record = newDeviceRecord({ ...order, path: devicePath(order.path) });
    if (!Object.hasOwn(this.needs.deviceTypes, record.type))
      throw badRequest(`plugin not found in the catalog: ${record.type}`);
    requirePlainPrefix(record.options);
    if (!record.local) requireChangeable(unit, this.needs.policy, { verb: 'add', what: 'audit device' });
    if ((await readDevices(unit)).some(({ path }) => path.startsWith(record.path) || record.path.startsWith(path))) {
      throw badRequest('path already in use');
    }
    putDevice(unit, record);
    await this.test(record);
  }

  async disable(scope: RequestScope, path: string): Promise<void> {
    const unit = unitOf(scope);
    const found = (await readDevices(unit)).find((device) => device.path === devicePath(path));
    if (found?.local !== true) requireChangeable(unit, this.needs.policy, { verb: 'remove', what: 'audit device' });
    if (found !== undefined) deleteDevice(unit, found);
  }

  hash(path: string, input: string): Promise<string> {
    return this.needs.broker.hash(devicePath(path), input);
  }

  headers(scope: RequestScope): Promise<AuditedHeaders> {
    return readHeaders(unitOf(scope).replicated);
  }

  async setHeader(scope: RequestScope, name: string, header: AuditedHeader): Promise<void> {
    const { replicated } = unitOf(scope);
    putHeaders(replicated, { ...(await readHeaders(replicated)), [name.toLowerCase()]: { hmac: header.hmac } });
  }

  async removeHeader(scope: RequestScope, name: string): Promise<void> {
    const { replicated } = unitOf(scope);
    const headers = await readHeaders(replicated);
    if (!Object.hasOwn(headers, name.toLowerCase())) return replicated.requireWritable();
    putHeaders(
      replicated,
      Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name.toLowerCase())),
    );
  }

  private async test(record: DeviceRecord): Promise<void> {
    const { deviceTypes, logger, clock } = this.needs;
    const device = new EnabledDevice(record, deviceTypes[record.type], logger);
    if (skipsTest(record.options)) return;
    try {
      await device.test(testEntry(clock.now()));
    } catch (error) {
      throw isTidelockError(error) ? error : badRequest(`audit device failed its test: ${reasonOf(error)}`);
    } finally {
      await device.close();
    }
  }
}

function devicePath(path: string): string {
  const plain = path.replace(/\/+$/, '');
  if (plain === '') throw badRequest('backend path must be specified');
  return `${plain}/`;
}

const testEntry = (time: number): AuditRequest => ({
  id: newUuid(),
  time,
  operation: 'update',
  path: 'sys/audit/test',
  connection: { remoteAddress: '127.0.0.1', remotePort: 0 },
  data: {},
});
