import { type Clock, isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { SqlDatabase } from '../adapters/sql-database';
import type { FilteredMerkle, RecordFilter, ScanPlace } from '../ports/merkle';
import type { ReplicatedReader } from '../ports/replicated-view';
import { MerkleReading } from './merkle-reading';
import { type LeafChange, MerkleTree } from './merkle-tree';

/** A leaf's change with the key it belongs to. */
export interface KeyedLeafChange extends LeafChange {
  readonly key: string;
}

export interface MerkleViewParts {
  readonly database: SqlDatabase;
  readonly reader: Pick<ReplicatedReader, 'keys' | 'getSealed'>;
  readonly filter: RecordFilter;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Runs while nothing is committed. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly index: () => number;
  readonly onClose: () => void;
}

/** Records summed up between two commits while a tree is built. */
const LEAVES_PER_STEP = 5000;
/** Milliseconds after a failure in which no commit begins to build a tree again. */
const RETRY_MS = 500;

/**
 * The merkle tree of a part of the records. Sums make it cheap (see `MerkleTree`): a commit changes only its own leaves. When
 * the filter comes to let other records through, the tree is built anew from the leaves in the database, in steps between
 * commits: what a commit changes behind the place reached is summed at once, what lies before it will be met there. Where that fails, the next
 * commit begins it again, or whoever asks for the tree.
 */
export class MerkleView extends MerkleReading implements FilteredMerkle {
  private readonly sums: MerkleTree;
  /** How far the tree is built: `undefined` before the first record. */
  private reached: ScanPlace | undefined;
  private whole = false;
  private closed = false;
  private building: Promise<void> = Promise.resolve();
  private failed: { readonly error: unknown; readonly at: number } | undefined;
  /** Changes with each new beginning: what was summed for an earlier one is thrown away. */
  private generation = 0;

  constructor(private readonly parts: MerkleViewParts) {
    const sums = new MerkleTree();
    super(parts.database, sums, (key) => parts.filter.includes(key));
    this.sums = sums;
  }

  get currentRoot(): string | undefined {
    return this.whole ? this.sums.root() : undefined;
  }

  async ready(): Promise<void> {
    if (this.failed !== undefined) this.rebuild();
    while (!this.whole && !this.closed) {
      await this.building;
      if (this.failed !== undefined) throw this.failed.error;
    }
    if (this.closed) throw new Error('this view of the state is closed');
  }

  close(): void {
    this.closed = true;
    this.generation += 1;
    this.parts.onClose();
  }

  /** The filter reads what it depends on; the tree follows behind. */
  override async load(): Promise<void> {
    await this.parts.filter.load(this.parts.reader, this.parts.index());
    this.rebuild();
  }

  /** It could not be built, and that is some time ago. */
  get isDue(): boolean {
    return this.failed !== undefined && this.parts.clock.now() - this.failed.at >= RETRY_MS;
  }

  /** What a transaction is about to commit. */
  change(records: ReadonlyMap<string, Buffer | null>, changes: readonly KeyedLeafChange[]): void {
    if (this.parts.filter.learn(records) || this.isDue) return this.rebuild();
    for (const change of changes)
      if (this.isSummed(change) && this.parts.filter.includes(change.key)) this.sums.change(change);
  }

  private isSummed({ bucket, key }: KeyedLeafChange): boolean {
    if (this.whole) return true;
    const { reached } = this;
    return (
      reached !== undefined &&
      (bucket < reached.bucket || (bucket === reached.bucket && bytewise(key, reached.key) <= 0))
    );
  }

  private rebuild(): void {
    this.generation += 1;
    this.whole = false;
    this.failed = undefined;
    this.reached = undefined;
    this.sums.clear();
    const { generation } = this;
    this.building = this.build(generation).catch((error: unknown) => {
      if (generation !== this.generation) return;
      this.failed = { error, at: this.parts.clock.now() };
      const level = isTidelockError(error, 'STORAGE_UNAVAILABLE') ? 'debug' : 'error';
      this.parts.logger[level]('a filtered merkle tree could not be built; the next commit has it tried again', {
        reason: reasonOf(error),
      });
    });
  }

  private async build(generation: number): Promise<void> {
    while (!this.whole && generation === this.generation) await this.parts.exclusively(() => this.step(generation));
  }

  private async step(generation: number): Promise<void> {
    const leaves = await this.leavesAfter(this.reached, LEAVES_PER_STEP);
    if (generation !== this.generation) return;
    for (const { key, bucket, digest } of leaves) {
      if (this.parts.filter.includes(key)) this.sums.change({ bucket, before: undefined, after: digest });
    }
    this.reached = leaves.at(-1) ?? this.reached;
    this.whole = leaves.length < LEAVES_PER_STEP;
  }
}

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
