import type { AuditDevice, AuditDeviceType } from '@tidelock/engine-api';
import { type Logger, reasonOf } from '@tidelock/kernel';
import type { AuditRequest, AuditResponse } from './audit-entry';
import type { AuditedHeaders } from './audited-headers';
import { lineOptionsOf } from './device-options';
import type { DeviceRecord } from './device-record';
import { Hasher } from './hasher';
import { LineFormatter } from './line-formatter';

/** A device in use. One that cannot be opened or written to is tried again with the next entry. */
export class EnabledDevice {
  readonly hasher: Hasher;
  private readonly formatter: LineFormatter;
  private device: AuditDevice | undefined;
  private opening: Promise<AuditDevice> | undefined;
  private isFailing = false;
  /** Entries that are being put on record. */
  private readonly underWay = new Set<Promise<boolean>>();

  constructor(
    readonly record: DeviceRecord,
    /** Absent: this build has no such type. */
    private readonly type: AuditDeviceType | undefined,
    private readonly logger: Logger,
  ) {
    this.hasher = new Hasher(record.salt);
    this.formatter = new LineFormatter(this.hasher, lineOptionsOf(record.options));
  }

  /** @returns whether the entry is on record. */
  request(entry: AuditRequest, headers: AuditedHeaders): Promise<boolean> {
    return this.log(() => this.formatter.request(entry, headers));
  }

  /** @returns whether the entry is on record. */
  response(entry: AuditResponse, headers: AuditedHeaders): Promise<boolean> {
    return this.log(() => this.formatter.response(entry, headers));
  }

  /** As `request`, but throws what is wrong. */
  async test(entry: AuditRequest): Promise<void> {
    const line = await this.formatter.request(entry, {});
    await (await this.open()).write(line);
  }

  async reopen(): Promise<void> {
    try {
      await (this.device ?? (await this.open())).reopen();
    } catch (error) {
      this.noteFailure(error);
    }
  }

  /** Once what is under way is written. */
  async close(): Promise<void> {
    await Promise.all(this.underWay);
    const device = this.device ?? (await this.opening?.catch(() => undefined));
    this.device = undefined;
    await device?.close();
  }

  private async log(line: () => Promise<string>): Promise<boolean> {
    const logging = this.write(line);
    this.underWay.add(logging);
    return logging.finally(() => this.underWay.delete(logging));
  }

  private async write(line: () => Promise<string>): Promise<boolean> {
    try {
      const text = await line();
      await (this.device ?? (await this.open())).write(text);
    } catch (error) {
      this.noteFailure(error);
      return false;
    }
    if (this.isFailing) this.logger.info('the audit device is in use again', { path: this.record.path });
    this.isFailing = false;
    return true;
  }

  private open(): Promise<AuditDevice> {
    return (this.opening ??= this.openOnce().finally(() => (this.opening = undefined)));
  }

  private async openOnce(): Promise<AuditDevice> {
    if (this.type === undefined) throw new Error(`there is no audit device of type ${this.record.type}`);
    this.device = await this.type.open(this.record.options);
    return this.device;
  }

  private noteFailure(error: unknown): void {
    if (!this.isFailing)
      this.logger.error('the audit device cannot log', { path: this.record.path, reason: reasonOf(error) });
    this.isFailing = true;
  }
}
