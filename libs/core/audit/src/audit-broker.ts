import type { AuditDeviceEntry, AuditDeviceTypes } from '@tidelock/engine-api';
import type { Part } from '@tidelock/core/runtime';
import { badRequest, isTidelockError, type Logger, reasonOf, stringifyJson, TidelockError } from '@tidelock/kernel';
import type { CommittedChange, Store } from '@tidelock/store';
import type { AuditRequest, AuditResponse } from './audit-entry';
import { type AuditedHeaders, HEADERS_KEY, readHeaders } from './audited-headers';
import { AUDIT_PREFIX, entryOf, readDevices } from './device-record';
import { EnabledDevice } from './enabled-device';

export interface AuditBrokerNeeds {
  readonly store: Pick<Store, 'replicated' | 'local' | 'onCommit'>;
  readonly deviceTypes: AuditDeviceTypes;
  readonly logger: Logger;
}

const isAuditKey = (key: string): boolean => key.startsWith(AUDIT_PREFIX) || key === HEADERS_KEY;

/**
 * Hands each entry to all enabled devices. One success suffices; with devices of which none could log, the request fails
 * (Vault's page "Audit devices"). The devices follow what is committed, whoever committed it.
 */
export class AuditBroker implements Part {
  readonly name = 'audit';
  private devices: readonly EnabledDevice[] = [];
  private headers: AuditedHeaders = {};
  private active = false;
  /** A commit changed something that is not in `devices` yet. */
  private dirty = false;
  private refreshing: Promise<void> | undefined;

  constructor(private readonly needs: AuditBrokerNeeds) {
    needs.store.onCommit({ committed: (change) => this.noteCommit(change), reloaded: () => this.noteChange() });
  }

  /** False: entries would go nowhere, so none need be made. */
  get hasDevices(): boolean {
    return this.devices.length > 0 || this.isBehind;
  }

  /** Reads the devices from the store. @throws {TidelockError} SEALED without a keyring. */
  async load(): Promise<void> {
    this.active = true;
    this.dirty = true;
    await this.caughtUp();
  }

  /** On seal: lines under way are written, then nothing is enabled. */
  async stop(): Promise<void> {
    this.active = false;
    this.dirty = false;
    await this.refreshing?.catch(() => undefined);
    const { devices } = this;
    this.devices = [];
    this.headers = {};
    await Promise.all(devices.map((device) => device.close()));
  }

  /** @throws {TidelockError} INTERNAL when devices are enabled and none of them could log. */
  async request(entry: AuditRequest): Promise<void> {
    await this.toAll((device) => device.request(entry, this.headers));
  }

  /** @throws {TidelockError} INTERNAL when devices are enabled and none of them could log. */
  async response(entry: AuditResponse): Promise<void> {
    await this.toAll((device) => device.response(entry, this.headers));
  }

  /** Sorted by path. */
  list(): readonly AuditDeviceEntry[] {
    return this.devices.map(({ record }) => entryOf(record));
  }

  /** @throws {TidelockError} INVALID_REQUEST: `unknown audit backend`. */
  async hash(path: string, input: string): Promise<string> {
    await this.caughtUp();
    const device = this.devices.find(({ record }) => record.path === path);
    if (device === undefined) throw badRequest('unknown audit backend');
    return device.hasher.hash(input);
  }

  /** Opens all files anew (SIGHUP). */
  async reopen(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.reopen()));
  }

  /** Waits until all that is committed is in use. */
  async caughtUp(): Promise<void> {
    while (this.isBehind) {
      await (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
    }
  }

  private get isBehind(): boolean {
    return this.dirty || this.refreshing !== undefined;
  }

  private async toAll(log: (device: EnabledDevice) => Promise<boolean>): Promise<void> {
    if (this.isBehind) await this.caughtUpOrRefused();
    const [only, ...others] = this.devices;
    if (only === undefined) return;
    const isLogged = others.length === 0 ? await log(only) : (await Promise.all(this.devices.map(log))).includes(true);
    if (!isLogged) throw new TidelockError('INTERNAL');
  }

  private async caughtUpOrRefused(): Promise<void> {
    try {
      await this.caughtUp();
    } catch (error) {
      throw isTidelockError(error) && error.status === 503 ? error : new TidelockError('INTERNAL', { cause: error });
    }
  }

  private noteCommit({ replicatedKeys, localRows }: CommittedChange): void {
    if (!replicatedKeys.some(isAuditKey) && !localRows.some(({ table, id }) => table === 'record' && isAuditKey(id)))
      return;
    this.noteChange();
  }

  private noteChange(): void {
    if (!this.active) return;
    this.dirty = true;
    this.caughtUp().catch((error: unknown) => {
      this.needs.logger.error('the audit devices could not be read', { reason: reasonOf(error) });
    });
  }

  private async refresh(): Promise<void> {
    const { store, deviceTypes, logger } = this.needs;
    this.dirty = false;
    try {
      const [records, headers] = await Promise.all([readDevices(store), readHeaders(store.replicated)]);
      if (!this.active) return;
      const kept = new Map(this.devices.map((device) => [stringifyJson(device.record), device]));
      const typeOf = (name: string) => (Object.hasOwn(deviceTypes, name) ? deviceTypes[name] : undefined);
      const devices = records.map(
        (record) => kept.get(stringifyJson(record)) ?? new EnabledDevice(record, typeOf(record.type), logger),
      );
      const gone = this.devices.filter((device) => !devices.includes(device));
      this.devices = devices;
      this.headers = headers;
      await Promise.all(gone.map((device) => device.close()));
    } catch (error) {
      this.dirty = this.active;
      throw error;
    }
  }
}
