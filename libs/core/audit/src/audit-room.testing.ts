import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { AuditDevice, AuditDeviceOrder, AuditDeviceType } from '@tidelock/engine-api';
import { badRequest, silentLogger } from '@tidelock/kernel';
import { type ChangePolicy, scopeOf } from '@tidelock/core/scope';
import { openStore, type UnitOfWork } from '@tidelock/store';
import { AuditAdmin } from './audit-admin';
import { AuditBroker } from './audit-broker';
import type { AuditRequest } from './audit-entry';

export const NOW = 1_700_000_000_000;

/** A device in memory that can be broken and repaired; one for each value of the option `name`. */
class FakeDevices implements AuditDeviceType {
  readonly lines = new Map<string, string[]>();
  readonly broken = new Set<string>();
  readonly openCount = new Map<string, number>();
  reopened = 0;

  async open({ name = '' }: Readonly<Record<string, string>>): Promise<AuditDevice> {
    if (this.broken.has(name)) throw badRequest('unable to open');
    this.openCount.set(name, (this.openCount.get(name) ?? 0) + 1);
    const lines = this.lines.get(name) ?? [];
    this.lines.set(name, lines);
    return {
      write: async (line) => {
        if (this.broken.has(name)) throw new Error('no space left on device');
        lines.push(line);
      },
      reopen: async () => void (this.reopened += 1),
      close: async () => void this.openCount.set(name, (this.openCount.get(name) ?? 0) - 1),
    };
  }

  entries(name: string): Record<string, never>[] {
    return (this.lines.get(name) ?? []).map((line) => JSON.parse(line) as Record<string, never>);
  }
}

/** The room over a real store in memory. */
export async function auditRoom(policy: ChangePolicy = { refuseReplicated: () => undefined }) {
  const barrier = new Barrier();
  const rootKey = randomBytes(32);
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
  const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  const devices = new FakeDevices();
  const deviceTypes = { fake: devices };
  const broker = new AuditBroker({ store, deviceTypes, logger: silentLogger });
  const admin = new AuditAdmin({ broker, deviceTypes, policy, clock: { now: () => NOW }, logger: silentLogger });
  await broker.load();
  const run = async <T>(work: (scope: ReturnType<typeof scopeOf>, unit: UnitOfWork) => Promise<T>): Promise<T> => {
    const unit = store.begin();
    const result = await work(scopeOf(unit), unit);
    await unit.commit();
    return result;
  };
  const enable = (path: string, more: Partial<AuditDeviceOrder> = {}) =>
    run((scope) =>
      admin.enable(scope, {
        path,
        type: 'fake',
        description: '',
        local: false,
        ...more,
        options: { name: path, ...more.options },
      }),
    );
  return { store, devices, broker, admin, run, enable };
}

export const auditRequest = (more: Partial<AuditRequest> = {}): AuditRequest => ({
  id: 'b5a7b1c2-0000-4000-8000-000000000002',
  time: NOW,
  operation: 'read',
  path: 'secret/data/a',
  mount: { type: 'kv', accessor: 'kv_0a1b2c3d', path: 'secret/', class: 'secret' },
  connection: { remoteAddress: '127.0.0.1', remotePort: 50_000 },
  data: {},
  ...more,
});
