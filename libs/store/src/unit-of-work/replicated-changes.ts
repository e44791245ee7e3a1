import { TidelockError } from '@tidelock/kernel';
import type { ReplicatedReader, ReplicatedWriter } from '../ports/replicated-view';
import { SEAL_RECORDS } from '../ports/seal-records';
import { compareBytes, namesBelow, sorted } from '../reading/key-range';
import { requireStorable } from './storable-key';
import type { RecordOpening } from './record-opening';
import type { RecordReader } from '../reading/record-reader';
import type { ValueSealing } from './value-sealing';

/** The replicated records as one unit of work sees them: what is stored, and its own changes over it. */
export class ReplicatedChanges implements ReplicatedReader, ReplicatedWriter {
  /** As stored; `null` deletes. */
  readonly changes = new Map<string, Buffer | null>();
  readonly readKeys = new Set<string>();
  readonly readPrefixes = new Set<string>();

  constructor(
    private readonly stored: RecordReader,
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
    this.readPrefixes.add(prefix);
    if (this.changes.size === 0) return this.stored.children(prefix);
    return namesBelow(prefix, await this.keys(prefix));
  }

  async keys(prefix: string, page: { readonly after?: string; readonly limit?: number } = {}): Promise<string[]> {
    this.readPrefixes.add(prefix);
    const { after = '', limit = Number.MAX_SAFE_INTEGER } = page;
    const own = [...this.changes].filter(([key]) => key.startsWith(prefix) && compareBytes(key, after) > 0);
    if (own.length === 0) return this.stored.keys(prefix, page);
    // Deleted keys may fill the page: ask for as many more.
    const found = new Set(await this.stored.keys(prefix, { after, limit: limit + own.length }));
    for (const [key, value] of own)
      if (value === null) found.delete(key);
      else found.add(key);
    return sorted(found).slice(0, limit);
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
