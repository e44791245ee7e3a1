import type { CommitReceipt, MutationCause, UnitOfWork } from '../ports/unit-of-work';
import type { LocalChanges } from './local-changes';
import type { ReadSet } from './read-set';
import type { ReplicatedChanges } from './replicated-changes';

const NO_CAUSE: MutationCause = { requestId: '', path: '' };

/** The last commits: which one is the last, and whether one of those behind another has changed what was read. */
interface Commits {
  readonly sequence: number;
  refuseOvertaken(reads: ReadSet, since: number): void;
}

/** @see UnitOfWork */
export class Unit implements UnitOfWork {
  cause = NO_CAUSE;
  lastCheck?: () => void;
  owner: unknown = undefined;
  /** The last commit when this unit began. */
  private readonly began: number;
  private committed = false;

  constructor(
    readonly replicated: ReplicatedChanges,
    readonly local: LocalChanges,
    private readonly commits: Commits,
    /** Throws when replicated state may not be written. */
    readonly guard: () => void,
    private readonly submit: (unit: Unit) => Promise<CommitReceipt>,
  ) {
    this.began = commits.sequence;
  }

  get isEmpty(): boolean {
    return this.replicated.changes.size === 0 && this.local.changes.size === 0;
  }

  /** @throws {WriteConflict} when something that it has read was changed by a commit after its begin. */
  refuseOvertaken(): void {
    const { replicated, local } = this;
    const reads = {
      replicatedKeys: replicated.readKeys,
      replicatedRanges: replicated.readRanges,
      localRows: local.readRows,
      localRanges: local.readRanges,
      localQueries: local.readQueries,
    };
    this.commits.refuseOvertaken(reads, this.began);
  }

  changes(thing: string): boolean {
    if (this.replicated.changes.has(thing)) return true;
    for (const [table, rows] of this.local.changes)
      if (rows.has(thing.slice(table.length + 1)) && thing.startsWith(`${table}/`)) return true;
    return thing.endsWith('/') && [...this.replicated.changes.keys()].some((key) => key.startsWith(thing));
  }

  async commit(): Promise<CommitReceipt> {
    if (this.committed) throw new Error('a unit of work is committed once');
    this.committed = true;
    return this.submit(this);
  }
}
