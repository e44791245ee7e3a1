import { TidelockError } from '@tidelock/kernel';
import type { ReplicatedReader, ReplicatedWriter } from '../ports/replicated-view';
import { SEAL_RECORDS } from '../ports/seal-records';
import { namesBelow } from '../reading/key-range';
import { keysOfUnit, type KeysPage } from './keys-of-unit';
import { ReadRanges } from './read-ranges';
import { requireStorable } from './storable-key';
import type { RecordOpening } from './record-opening';
import type { RecordReader } from '../reading/record-reader';
import type { ValueSealing } from './value-sealing';

/** The replicated records as one unit of work sees them: what is stored, and its own changes over it. */
export class ReplicatedChanges implements ReplicatedReader, ReplicatedWriter {
  /** As stored; `null` deletes. */
  readonly changes = new Map<string, Buffer | null>();
  readonly readKeys = new Set<string>();
  readonly readRanges = new ReadRanges();

  constructor(
    readonly stored: RecordReader,
    private readonly sealing: ValueSealing,
    private readonly opening: RecordOpening,
    private readonly guard: () => void,
  ) {}

  async get(key: string): Promise<Buffer | undefined> {
    return this.opening.open(key, () => this.getSealed(key));
  }

  async getSealed(key: string): Promise<Buffer | undefined> {
    const own = this.changes.get(key);
    if (own !== undefined) return own ?? undefined;
    this.readKeys.add(key);
    return this.stored.get(key);
  }

  async children(prefix: string): Promise<string[]> {
    if (this.changes.size > 0) return namesBelow(prefix, await this.keys(prefix));
    this.readRanges.add(prefix);
    return this.stored.children(prefix);
  }

  keys(prefix: string, page: KeysPage = {}): Promise<string[]> {
    return keysOfUnit(this, prefix, page);
  }

  requireWritable(): void {
    this.guard();
  }

  put(key: string, value: Buffer): void {
    this.guard();
    requireStorable(key);
    this.changes.set(key, this.sealing.sealRecord(key, value));
  }

  putSealed(key: string, sealed: Buffer): void {
    this.guard();
    this.changes.set(key, sealed);
  }

  putCopy(key: string, sealed: Buffer): void {
    this.put(key, this.sealing.openRecord(key, sealed));
  }

  delete(key: string): void {
    this.guard();
    if (SEAL_RECORDS.has(key)) throw new TidelockError('INVALID_REQUEST', `${key} cannot be deleted`);
    this.changes.set(key, null);
  }
}
