import type { Barrier } from '@tidelock/barrier';
import { type Clock, isTidelockError, type Logger } from '@tidelock/kernel';
import { observedReads } from './adapters/observed-reads';
import type { SqlDatabase } from './adapters/sql-database';
import { Committer, type Committed } from './committer/committer';
import { Group } from './committer/group';
import { History } from './committer/history';
import { appendJob, moveJob, restoreJob, streamJob, syncJob, unitJob } from './committer/jobs';
import { IndexWaiters } from './committer/index-waiters';
import { Subscribers } from './committer/subscribers';
import { firstStatements } from './committer/transaction';
import { RecordIntegrity } from './integrity/record-integrity';
import { Journal } from './journal/journal';
import { MerkleReading } from './merkle/merkle-reading';
import { MerkleTree } from './merkle/merkle-tree';
import { MerkleView } from './merkle/merkle-view';
import { MerkleViews } from './merkle/merkle-views';
import { bindRows } from './upgrade/bind-rows';
import type { StoreIntegrity } from './ports/integrity';
import type { LocalReader } from './ports/local-view';
import type { FilteredMerkle, RecordFilter } from './ports/merkle';
import type { ReplicatedReader } from './ports/replicated-view';
import type { ClusterStore } from './ports/cluster-store';
import type { JournalStore } from './ports/outbox';
import type { MutationRecord, TransactOptions } from './ports/store';
import type { StoreObserver } from './ports/store-observer';
import type { MoveChange, StreamPosition } from './ports/stream-sink';
import type { CommitReceipt, StoreSubscriber, UnitLimits, UnitOfWork } from './ports/unit-of-work';
import { readPosition } from './reading/position';
import { RecordReader } from './reading/record-reader';
import { RowReader } from './reading/row-reader';
import { Tenure } from './tenure/tenure';
import { type LocalChange, LocalChanges, type LocalSources, refuseLocalBut } from './unit-of-work/local-changes';
import { RecordOpening } from './unit-of-work/record-opening';
import { ReplicatedChanges } from './unit-of-work/replicated-changes';
import { Unit } from './unit-of-work/unit';
import { localView, replicatedView } from './unit-of-work/views';
import { ValueSealing } from './unit-of-work/value-sealing';

export interface OpenOptions {
  readonly logger: Logger;
  /** Default: that of the system. */
  readonly clock?: Clock;
  readonly observer?: StoreObserver;
  /** Ciphertext kept in memory, for each of the two record families. Default 64 MiB. */
  readonly cacheBytes?: number;
  /** Longest mutation that the stream can carry. Default 40 MiB: a request of 32 MiB, sealed, with room. */
  readonly maxMutationBytes?: number;
}

/** @see ClusterStore */
export class TidelockStore implements ClusterStore {
  epoch = 0;
  readonly replicated: ReplicatedReader;
  readonly local: LocalReader;
  readonly merkle: MerkleReading;
  readonly integrity: StoreIntegrity;
  readonly journal: Journal;
  private readonly records: RecordReader;
  private readonly sources: LocalSources;
  private readonly sealing: ValueSealing;
  private readonly opening: RecordOpening;
  private readonly tree = new MerkleTree();
  private readonly views = new MerkleViews();
  private readonly history = new History();
  private readonly committer: Committer;
  readonly tenure: Tenure;
  private readonly subscribers: Subscribers;
  private readonly waiters = new IndexWaiters();
  private guard: () => void = () => undefined;
  readonly upgrade = (): Promise<void> => bindRows(this.sources.rows, this.sealing, this);

  private constructor(
    private readonly database: SqlDatabase,
    barrier: Barrier,
    private readonly settings: Required<OpenOptions>,
  ) {
    this.subscribers = new Subscribers(settings.logger);
    this.sealing = new ValueSealing(barrier);
    const { observer, cacheBytes } = settings;
    this.records = new RecordReader(observedReads(database, observer, 'replicated'), 'record', cacheBytes);
    const local = observedReads(database, observer, 'local');
    this.sources = { records: new RecordReader(local, 'local_record', cacheBytes), rows: new RowReader(local) };
    this.opening = new RecordOpening(this.sealing, () => this.committer.underWay);
    this.replicated = replicatedView(this.records, this.opening);
    this.local = localView(this.sources, this.sealing);
    this.merkle = new MerkleReading(database, this.tree);
    this.tenure = new Tenure({
      database,
      logger: settings.logger,
      reload: () => this.committer.exclusively(() => this.reload()),
    });
    this.committer = new Committer({
      database,
      clock: settings.clock,
      trees: { tree: this.tree, views: this.views },
      history: this.history,
      logger: settings.logger,
      observer,
      epoch: () => this.epoch,
      tenure: this.tenure,
      onCommitted: (group, jobs) => this.committed(group, jobs),
    });
    this.integrity = new RecordIntegrity({
      database,
      tree: this.tree,
      sealing: this.sealing,
      fence: () => this.tenure.fence(),
      exclusively: (work) => this.committer.exclusively(work),
      begin: () => this.unit(() => undefined),
      putBack: async (records, unit) => void (await this.committer.submit(restoreJob(records, unit))),
      leavesChanged: () => this.views.reload(),
    });
    this.journal = new Journal(database, () => this.tenure.current, this.append, observer);
  }

  static async open(database: SqlDatabase, barrier: Barrier, settings: Required<OpenOptions>): Promise<TidelockStore> {
    const store = new TidelockStore(database, barrier, settings);
    await store.tenure.begin();
    await store.load();
    return store;
  }

  /** Commits a message to the journal, and the local rows that belong to it. */
  private readonly append: JournalStore['append'] = (kind, body, also, began) =>
    this.committer.submit(
      appendJob({
        kind,
        body: (index) =>
          body({ index, epoch: this.epoch, merkleRoot: this.tree.root(), viewRoots: this.views.roots() }),
        began: began as Unit | undefined,
        localRows: (index) => this.localRows((unit) => also?.(unit.local, index), began as Unit | undefined),
        journaling: () => this.journal.enabled,
      }),
    );

  useEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  get storageType(): string {
    return this.database.storageType;
  }

  async openView(name: string, filter: RecordFilter): Promise<FilteredMerkle> {
    const view = new MerkleView({
      database: this.database,
      reader: this.replicated,
      filter,
      logger: this.settings.logger,
      clock: this.settings.clock,
      exclusively: (work) => this.committer.exclusively(work),
      index: () => this.position().replicatedIndex,
      onClose: () => this.views.delete(name),
    });
    await this.committer.exclusively(async () => {
      await view.load();
      this.views.add(name, view);
    });
    return view;
  }

  openRecord(key: string, sealed: Buffer): Buffer {
    return this.sealing.openRecord(key, sealed);
  }

  begin(limits: UnitLimits = {}): UnitOfWork {
    return this.unit(() => this.guard(), limits);
  }

  async transact<T>(
    work: (unit: UnitOfWork) => Promise<T>,
    { attempts = Infinity, commit = true, limits }: TransactOptions = {},
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const unit = this.begin(limits);
      try {
        const result = await work(unit);
        if (commit) await unit.commit();
        return result;
      } catch (error) {
        if (attempt >= attempts || !isTidelockError(error, 'WRITE_CONFLICT')) throw error;
      }
    }
  }

  position(): CommitReceipt {
    return this.committer.counters;
  }

  async streamPosition(): Promise<StreamPosition | undefined> {
    return this.committer.stream;
  }

  async applyStream(
    mutations: readonly (readonly MutationRecord[])[],
    position: StreamPosition,
    began?: UnitOfWork,
    from?: StreamPosition,
  ): Promise<void> {
    await this.committer.submit(streamJob({ mutations, position, unit: began as Unit | undefined, from }));
  }

  async settle(): Promise<number> {
    const { committer } = this;
    if (committer.settledIndex < committer.counters.replicatedIndex) await committer.submit(syncJob([]));
    return committer.settledIndex;
  }

  async applySync(records: readonly MutationRecord[], also?: (unit: UnitOfWork) => void): Promise<void> {
    await this.committer.submit(syncJob(records, also && this.localRows(also)));
  }

  async moveTo(position: StreamPosition | undefined, change: MoveChange = {}): Promise<void> {
    await this.committer.submit(moveJob(position, change));
  }

  get waiting(): number {
    return this.committer.waiting;
  }

  guardReplicatedWrites(guard: () => void): void {
    this.guard = guard;
  }

  healReadsWith(healer: (key: string) => Promise<void>): void {
    this.opening.healer = healer;
  }

  onCommit(subscriber: StoreSubscriber): () => void {
    return this.subscribers.add(subscriber);
  }

  waitForIndex(index: number, timeoutMilliseconds: number): Promise<boolean> {
    return this.waiters.wait(this.position().replicatedIndex, index, timeoutMilliseconds);
  }

  async startOver(
    discard: boolean,
    records: readonly MutationRecord[] = [],
    also?: (unit: UnitOfWork) => void,
  ): Promise<string | undefined> {
    return this.committer.exclusively(async () => {
      const group = new Group({ localIndex: 0, replicatedIndex: 0 });
      const job = syncJob(records, also && this.localRows(also));
      if (records.length > 0 || also !== undefined) job.join(group);
      const now = this.settings.clock.now();
      const first = firstStatements(this.database, group, { term: this.tenure.current, epoch: this.epoch, now });
      const keptAt = discard ? undefined : new Date(now);
      // Whatever became of it: what is there now counts.
      return this.database.startOver(this.tenure.fence(), keptAt, first).finally(() => this.reloadOrLose());
    });
  }

  async close(): Promise<void> {
    this.tenure.close();
    await this.committer.exclusively(() => this.database.close());
  }

  /** Local rows of a job that is no request's. @param began the unit that they go on with. */
  private localRows(fill: (unit: UnitOfWork) => void, began?: Unit): LocalChange[] {
    began?.refuseOvertaken();
    const unit = began ?? this.unit(() => undefined);
    fill(unit);
    return unit.local.sealed();
  }

  private unit(guard: () => void, { replicatedOnly, mayDelete }: UnitLimits = {}): Unit {
    return new Unit(
      new ReplicatedChanges(this.records, this.sealing, this.opening, guard),
      new LocalChanges(this.sources, this.sealing, replicatedOnly ? refuseLocalBut(mayDelete) : undefined),
      this.history,
      guard,
      (unit) => this.submit(unit),
    );
  }

  private async submit(unit: Unit): Promise<CommitReceipt> {
    if (unit.isEmpty) return this.position();
    const { maxMutationBytes } = this.settings;
    return this.committer.submit(unitJob(unit, { journaling: this.journal.enabled, maxMutationBytes }));
  }

  /** Nothing is read before the new term has begun: until then another node may write. */
  private async reload(): Promise<void> {
    await this.tenure.begin();
    this.records.clear();
    this.sources.records.clear();
    this.tree.clear();
    await this.load();
    this.history.forgetAll();
    this.subscribers.tell((subscriber) => subscriber.reloaded());
    await this.views.reload();
    this.waiters.reached(this.position().replicatedIndex);
  }

  private async reloadOrLose(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      // There is a store, and nothing of it is known.
      this.tenure.lose(error);
      throw error;
    }
  }

  private async load(): Promise<void> {
    const { counters, stream } = await readPosition(this.database);
    this.committer.reset(counters, stream);
    await this.merkle.load();
    await this.journal.load();
  }

  private committed(group: Group, jobs: readonly Committed[]): void {
    this.journal.committed(group.journal, group.journalEnd);
    for (const [key, value] of group.records) this.records.changed(key, value);
    for (const [key, row] of group.local.get('record') ?? []) this.sources.records.changed(key, row?.value ?? null);
    for (const job of jobs) this.subscribers.tellCommitted(group, job);
    this.waiters.reached(group.counters.replicatedIndex);
  }
}
