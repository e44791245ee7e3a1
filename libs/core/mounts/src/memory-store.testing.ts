import { isTidelockError, TidelockError } from '@tidelock/kernel';
import type { CommittedChange, Store, StoreSubscriber, UnitOfWork } from '@tidelock/store';

type Family = Map<string, Buffer>;
type Writes = Map<string, Buffer | null>;

/** Two record families in memory with optimistic units of work, for the specs of this room. */
export class MemoryStore {
  readonly records: { readonly replicated: Family; readonly local: Family } = {
    replicated: new Map(),
    local: new Map(),
  };
  /** As on a secondary: each replicated write throws. */
  readOnly = false;
  /** What reads outside a unit throw, as a store does that cannot be reached. */
  failure: Error | undefined;
  /** Accessors of mounts that have leases. */
  readonly leased = new Set<string>();
  private readonly subscribers: StoreSubscriber[] = [];
  private readonly history: string[][] = [];

  get store(): Store {
    return {
      begin: () => this.begin(),
      transact: (work: (unit: UnitOfWork) => Promise<unknown>) => this.transact(work),
      replicated: this.reader('replicated', new Map(), () => this.reading()),
      local: {
        ...this.reader('local', new Map(), () => this.reading()),
        leaseFigures: async () => [...this.leased].map((mount) => ({ mount, total: 1, irrevocable: 1 })),
      },
      onCommit: (subscriber: StoreSubscriber) => {
        this.subscribers.push(subscriber);
        return () => undefined;
      },
    } as unknown as Store;
  }

  begin(): UnitOfWork {
    const began = this.history.length;
    const writes: Record<keyof MemoryStore['records'], Writes> = { replicated: new Map(), local: new Map() };
    const reads: string[] = [];
    const guarded = (work: () => void): void => {
      if (this.readOnly) throw new TidelockError('READ_ONLY_REPLICA');
      work();
    };
    return {
      replicated: {
        ...this.reader('replicated', writes.replicated, (read) => reads.push(`replicated ${read}`)),
        requireWritable: () => guarded(() => undefined),
        put: (key: string, value: Buffer) => guarded(() => writes.replicated.set(key, value)),
        delete: (key: string) => guarded(() => writes.replicated.set(key, null)),
      },
      local: {
        ...this.reader('local', writes.local, (read) => reads.push(`local ${read}`)),
        put: (_table: string, { key, value }: { key: string; value: Buffer }) => writes.local.set(key, value),
        delete: (_table: string, key: string) => writes.local.set(key, null),
      },
      get isEmpty() {
        return writes.replicated.size + writes.local.size === 0;
      },
      cause: { requestId: '', path: '' },
      commit: async () => {
        const since = this.history.slice(began).flat();
        if (since.some((changed) => reads.some((read) => overlaps(read, changed))))
          throw new TidelockError('WRITE_CONFLICT');
        this.apply('request', writes.replicated, writes.local);
        return { localIndex: this.history.length, replicatedIndex: this.history.length };
      },
    } as unknown as UnitOfWork;
  }

  async transact<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const unit = this.begin();
    try {
      const result = await work(unit);
      await unit.commit();
      return result;
    } catch (error) {
      if (isTidelockError(error, 'WRITE_CONFLICT')) return this.transact(work);
      throw error;
    }
  }

  /** What the stream brings: `null` deletes. */
  stream(records: Readonly<Record<string, Buffer | null>>): void {
    this.apply('stream', new Map(Object.entries(records)), new Map());
  }

  private apply(origin: CommittedChange['origin'], replicated: Writes, local: Writes): void {
    for (const [family, writes] of [
      [this.records.replicated, replicated],
      [this.records.local, local],
    ] as const) {
      for (const [key, value] of writes) {
        if (value === null) family.delete(key);
        else family.set(key, value);
      }
    }
    this.history.push([
      ...[...replicated.keys()].map((key) => `replicated ${key}`),
      ...[...local.keys()].map((key) => `local ${key}`),
    ]);
    const localRows = [...local.keys()].map((id) => ({ table: 'record', id }));
    for (const { committed } of this.subscribers)
      committed({ origin, replicatedKeys: [...replicated.keys()], localRows });
  }

  /** The records are others now, and nobody is told which. */
  reload(change: (records: MemoryStore['records']) => void): void {
    change(this.records);
    for (const { reloaded } of this.subscribers) reloaded();
  }

  private reading(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private reader(name: keyof MemoryStore['records'], writes: Writes, note: (read: string) => void) {
    const all = (): Family => {
      const merged = new Map(this.records[name]);
      for (const [key, value] of writes) {
        if (value === null) merged.delete(key);
        else merged.set(key, value);
      }
      return merged;
    };
    const keys = async (prefix: string, { after = '', limit = Infinity } = {}): Promise<string[]> => {
      note(`${prefix}*`);
      return [...all().keys()]
        .filter((key) => key.startsWith(prefix) && bytewise(key, after) > 0)
        .sort(bytewise)
        .slice(0, limit);
    };
    const get = async (key: string): Promise<Buffer | undefined> => {
      note(key);
      return all().get(key);
    };
    return {
      get,
      getSealed: get,
      row: async (_table: string, key: string) => {
        note(key);
        const value = all().get(key);
        return value && { key, value };
      },
      keys,
      children: async (prefix: string) => [
        ...new Set(
          (await keys(prefix)).map((key) => {
            const rest = key.slice(prefix.length);
            return rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest;
          }),
        ),
      ],
    };
  }
}

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const overlaps = (read: string, changed: string): boolean =>
  read.endsWith('*') ? changed.startsWith(read.slice(0, -1)) : read === changed;
