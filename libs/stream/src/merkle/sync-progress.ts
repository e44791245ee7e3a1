import type { Clock } from '@tidelock/kernel';

export interface SyncProgress {
  /** Records copied or deleted. */
  readonly done: number;
  /** Records to do: known while comparing, estimated during a first copy. */
  readonly total: number;
  readonly bytes: number;
  /** Records per second. */
  readonly rate: number;
  readonly etaSeconds: number;
}

export class ProgressMeter {
  private done = 0;
  private total = 0;
  private bytes = 0;
  private readonly startedAt: number;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.now();
  }

  expect(total: number): void {
    this.total = Math.max(total, this.done);
  }

  expectMore(records: number): void {
    this.total += records;
  }

  add(records: readonly { readonly key: string; readonly value: Buffer | null }[]): void {
    this.done += records.length;
    for (const { key, value } of records) this.bytes += key.length + (value?.length ?? 0);
    this.total = Math.max(this.total, this.done);
  }

  get records(): number {
    return this.done;
  }

  snapshot(): SyncProgress {
    const seconds = Math.max(this.clock.now() - this.startedAt, 1) / 1000;
    const rate = this.done / seconds;
    const { done, total, bytes } = this;
    return { done, total, bytes, rate, etaSeconds: rate === 0 ? 0 : Math.ceil((total - done) / rate) };
  }
}
