import type { Barrier } from '@tidelock/barrier';
import { TidelockError } from '@tidelock/kernel';
import type {
  ClusterStore,
  CommittedChange,
  LocalTables,
  MutationRecord,
  StoreSubscriber,
  StoreTenure,
  UnitOfWork,
} from '@tidelock/store';

/** What the seal calls of a store, in memory: replicated records, sealed at rest; plain local rows; commits told to listeners. */
export class FakeStore {
  readonly records = new Map<string, Buffer>();
  /** Of the table `cluster`, by key. */
  readonly rows = new Map<string, Buffer>();
  private readonly listeners = new Set<StoreSubscriber>();
  /** The next commit fails. */
  failing = false;

  constructor(private readonly barrier: Barrier) {}

  readonly replicated = {
    get: async (key: string) => {
      const sealed = this.records.get(key);
      return sealed && this.barrier.decrypt(sealed, key);
    },
    getSealed: async (key: string) => this.records.get(key),
  };

  readonly local = {
    row: async (_table: 'cluster', key: string) => {
      const value = this.rows.get(key);
      return value && { key, value };
    },
  };

  readonly upgrade = async (): Promise<void> => undefined;

  /** Why the node has no right to its storage, and what it does about that. */
  lost: TidelockError | undefined;
  private regained: () => void = () => undefined;
  private holding: Promise<void> = Promise.resolve();
  private readonly losses = new Set<() => void>();

  readonly tenure: StoreTenure = {
    refusal: () => this.lost,
    check: async () => undefined,
    acquire: async () => undefined,
    held: () => this.holding,
    onLost: (listener) => {
      this.losses.add(listener);
      return () => this.losses.delete(listener);
    },
  };

  lose(): void {
    this.lost = new TidelockError('STORAGE_UNAVAILABLE');
    this.holding = new Promise((resolve) => (this.regained = resolve));
    for (const listener of this.losses) listener();
  }

  regain(): void {
    this.lost = undefined;
    this.regained();
  }

  begin(): UnitOfWork {
    const changes: MutationRecord[] = [];
    const replicated = {
      ...this.replicated,
      put: (key: string, value: Buffer) => changes.push({ key, value: this.barrier.encrypt(value, key) }),
      putSealed: (key: string, value: Buffer) => changes.push({ key, value }),
    };
    const rows: LocalTables['cluster'][] = [];
    const local = { ...this.local, put: (_table: 'cluster', row: LocalTables['cluster']) => rows.push(row) };
    const commit = async () => {
      this.apply('request', changes);
      for (const { key, value } of rows) this.rows.set(key, value);
    };
    return { replicated, local, commit, cause: undefined } as unknown as UnitOfWork;
  }

  async transact<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const unit = this.begin();
    const result = await work(unit);
    await unit.commit();
    return result;
  }

  async applySync(records: readonly MutationRecord[]): Promise<void> {
    this.apply('sync', records);
  }

  onCommit(listener: StoreSubscriber): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  apply(origin: CommittedChange['origin'], records: readonly MutationRecord[]): void {
    if (this.failing) throw new Error('the disk is full');
    for (const { key, value } of records) this.records.set(key, value as Buffer);
    const keyring = records.find(({ key }) => key === 'keyring')?.value;
    const change = {
      origin,
      replicatedKeys: records.map(({ key }) => key),
      localRows: [],
      ...(keyring && { keyring }),
    };
    for (const listener of this.listeners) listener.committed(change);
  }

  asStore(): ClusterStore {
    return this as unknown as ClusterStore;
  }
}
