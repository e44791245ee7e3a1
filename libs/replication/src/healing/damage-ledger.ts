import type { Logger } from '@tidelock/kernel';
import type { BucketFinding, StoreIntegrity } from '@tidelock/store';
import type { HealingNote } from './healing-note';

/** Bounds the note and the memory; more damage than this is a lost disk. */
const MOST_KEYS = 10_000;

/** What those work with who repair. */
export interface DamageParts {
  readonly integrity: StoreIntegrity;
  readonly ledger: DamageLedger;
  readonly logger: Logger;
}

/** What is known to be damaged now. Every new entry is one line in the log. */
export class DamageLedger {
  private keys = new Set<string>();
  private wrongBuckets = new Set<number>();

  constructor(
    private readonly logger: Logger,
    private readonly changed: () => void,
  ) {}

  load({ damaged, buckets }: HealingNote): void {
    this.keys = new Set(damaged);
    this.wrongBuckets = new Set(buckets);
  }

  get contents(): Pick<HealingNote, 'damaged' | 'buckets'> {
    return { damaged: [...this.keys], buckets: [...this.wrongBuckets] };
  }

  get isEmpty(): boolean {
    return this.keys.size === 0 && this.wrongBuckets.size === 0;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** A value did not open. */
  addKey(key: string): void {
    if (this.keys.has(key) || this.keys.size >= MOST_KEYS) return;
    this.keys.add(key);
    this.logger.error('a stored record is damaged', { key });
    this.changed();
  }

  add(findings: readonly BucketFinding[]): void {
    for (const { bucket, digestWrong, damaged } of findings) {
      damaged.forEach((key) => this.addKey(key));
      if (!digestWrong || this.wrongBuckets.has(bucket)) continue;
      this.wrongBuckets.add(bucket);
      this.logger.error('a page of the merkle tree does not fit its records', {
        page: bucket >> 8,
        subpage: bucket & 255,
      });
      this.changed();
    }
  }

  /** After a look at everything: what was not found again is gone. */
  replace(findings: readonly BucketFinding[]): void {
    const keys = new Set(findings.flatMap(({ damaged }) => damaged));
    const buckets = new Set(findings.filter(({ digestWrong }) => digestWrong).map(({ bucket }) => bucket));
    this.remove(
      [...this.keys].filter((key) => !keys.has(key)),
      [...this.wrongBuckets].filter((bucket) => !buckets.has(bucket)),
    );
    this.add(findings);
  }

  /** Records were fetched anew or overwritten, buckets rebuilt. */
  remove(keys: Iterable<string>, buckets: Iterable<number> = []): void {
    let isChanged = false;
    for (const key of keys) isChanged = this.keys.delete(key) || isChanged;
    for (const bucket of buckets) isChanged = this.wrongBuckets.delete(bucket) || isChanged;
    if (isChanged) this.changed();
  }
}
