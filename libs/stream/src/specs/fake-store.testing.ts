import { createHash } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { pack, unpack } from 'msgpackr';
import type {
  JournalRow,
  LocalTables,
  MerkleStore,
  MoveChange,
  MutationRecord,
  Outbox,
  Store,
  StoreAdmin,
  StreamPosition,
  StreamSink,
  TransactOptions,
  UnitOfWork,
} from '@tidelock/store';

type UsedStore = Pick<Store, 'begin' | 'transact' | 'local' | 'replicated' | 'position' | 'onCommit'> &
  StreamSink &
  Outbox &
  Pick<MerkleStore, 'merkle'> &
  Pick<StoreAdmin, 'integrity'>;

export const encodeBody = (records: readonly MutationRecord[]): Buffer =>
  pack(records.map(({ key, value }) => [key, value]));

export function decodeBody(body: Buffer): { records: MutationRecord[] } {
  const pairs = unpack(body) as [string, Buffer | null][];
  return { records: pairs.map(([key, value]) => ({ key, value })) };
}

const sha256 = (...parts: (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const bucketOf = (key: string): number => sha256(key).readUInt16BE(0);

interface Leaf {
  readonly key: string;
  readonly bucket: number;
  readonly digest: Buffer;
}

const EMPTY = sha256();
const EMPTY_PAGE = Buffer.concat(Array.from({ length: 256 }, () => EMPTY));

function pageOf(leaves: readonly Leaf[]): Buffer {
  const page = Buffer.from(EMPTY_PAGE);
  const buckets = new Map<number, Buffer[]>();
  for (const { bucket, digest } of leaves) buckets.set(bucket & 255, [...(buckets.get(bucket & 255) ?? []), digest]);
  for (const [bucket, digests] of buckets) sha256(...digests).copy(page, bucket * 32);
  return page;
}

/** As much of a store as replication uses, in memory and without encryption, with ways to make it fail. */
export class FakeStore implements UsedStore {
  readonly records = new Map<string, Buffer>();
  readonly rows: JournalRow[] = [];
  readonly localRows = new Map<string, unknown>();
  epoch = 1;
  place: StreamPosition | undefined;
  /** Throws where a write should fail. */
  refuse: (records: readonly MutationRecord[]) => void = () => {};
  transactions = 0;
  private index = 0;
  private readonly listeners = new Set<Parameters<Store['onCommit']>[0]>();

  /** A committed mutation of the primary. */
  write(key: string, value: string | null, time = 1000): void {
    const records = [{ key, value: value === null ? null : Buffer.from(value) }];
    this.put(records);
    this.journalRow('mutation', time, encodeBody(records));
  }

  get(key: string): string | undefined {
    return this.records.get(key)?.toString();
  }

  readonly local = {
    row: async <T extends keyof LocalTables>(table: T, id: string) =>
      this.localRows.get(`${table}/${id}`) as LocalTables[T] | undefined,
    rows: async <T extends keyof LocalTables>(table: T) =>
      [...this.localRows].flatMap(([key, row]) => (key.startsWith(`${table}/`) ? [row as LocalTables[T]] : [])),
  } as unknown as Store['local'];

  readonly replicated = {
    getSealed: async (key: string) => this.records.get(key),
    keys: async (_prefix: string, page: { limit?: number } = {}) =>
      [...this.records.keys()].sort().slice(0, page.limit),
  } as Store['replicated'];

  /** Keys whose values do not open. */
  readonly damaged = new Set<string>();

  readonly integrity: StoreAdmin['integrity'] = {
    check: async () => [],
    rebuild: async () => [],
    restore: async () => [],
    isAuthentic: (key) => !this.damaged.has(key),
  };

  readonly merkle: MerkleStore['merkle'] = {
    root: () => sha256(this.merkle.pages()).toString('hex').slice(0, 40),
    pages: () => {
      const pages = Array.from({ length: 256 }, () => [] as Leaf[]);
      for (const leaf of this.leaves()) pages[leaf.bucket >> 8]?.push(leaf);
      return Buffer.concat(pages.map((leaves) => sha256(pageOf(leaves))));
    },
    page: (page) => pageOf(this.leaves().filter(({ bucket }) => bucket >> 8 === page)),
    leaves: async (buckets) => this.leaves().filter(({ bucket }) => buckets.includes(bucket)),
    scan: async (after, maxBytes) => {
      const out: (MutationRecord & { bucket: number })[] = [];
      let bytes = 0;
      for (const { key, bucket } of this.leaves()) {
        if (after && (bucket < after.bucket || (bucket === after.bucket && key <= after.key))) continue;
        if (bytes >= maxBytes) break;
        const value = this.records.get(key) as Buffer;
        out.push({ key, bucket, value });
        bytes += value.length;
      }
      return out;
    },
  };

  readonly journal: Outbox['journal'] = {
    enabled: true,
    enable: () => undefined,
    disable: () => undefined,
    read: async (index, limit) => this.rows.filter((row) => row.index > index).slice(0, limit),
    bytesAfter: (index) => this.rows.filter((row) => row.index > index).reduce((sum, { body }) => sum + body.length, 0),
    lastBefore: () => 0,
    trim: async (index) => {
      this.rows.splice(0, this.rows.findLastIndex((row) => row.index <= index) + 1);
    },
    append: async (kind, body) => {
      this.journalRow(
        kind,
        1000,
        body({ index: this.index + 1, epoch: this.epoch, merkleRoot: this.merkle.root(), viewRoots: {} }),
      );
      return this.position();
    },
  };

  position() {
    return { localIndex: 0, replicatedIndex: this.index };
  }

  onCommit(listener: Parameters<Store['onCommit']>[0]): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  begin(): UnitOfWork {
    const puts: (() => void)[] = [];
    return {
      local: {
        put: (table: string, row: { key?: string; name?: string }) =>
          puts.push(() => this.localRows.set(`${table}/${row.key ?? row.name}`, row)),
      },
      commit: async () => {
        puts.forEach((put) => put());
        this.told();
        return this.position();
      },
    } as unknown as UnitOfWork;
  }

  async transact<T>(work: (unit: UnitOfWork) => Promise<T>, { commit = true }: TransactOptions = {}): Promise<T> {
    const unit = this.begin();
    const result = await work(unit);
    if (commit) await unit.commit();
    return result;
  }

  useEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  async streamPosition(): Promise<StreamPosition | undefined> {
    return this.place;
  }

  async applyStream(
    mutations: readonly (readonly MutationRecord[])[],
    position: StreamPosition,
    began?: UnitOfWork,
    from?: StreamPosition,
  ): Promise<void> {
    if (from !== undefined && from.index !== this.place?.index) throw new TidelockError('WRITE_CONFLICT');
    mutations.forEach((records) => this.refuse(records));
    if (mutations.length === 0) this.refuse([]);
    this.transactions++;
    mutations.forEach((records) => this.put(records));
    this.place = position;
    this.index = position.index;
    await began?.commit();
  }

  async settle(): Promise<number> {
    return this.index;
  }

  async applySync(records: readonly MutationRecord[], also?: (unit: UnitOfWork) => void): Promise<void> {
    this.refuse(records);
    this.put(records);
    const unit = this.begin();
    also?.(unit);
    await unit.commit();
  }

  async moveTo(position: StreamPosition | undefined, { unit }: MoveChange = {}): Promise<void> {
    await unit?.commit();
    this.place = position;
    if (position !== undefined) this.index = position.index;
  }

  private leaves(): Leaf[] {
    return [...this.records]
      .map(([key, value]) => ({ key, bucket: bucketOf(key), digest: sha256(key, '\0', value) }))
      .sort((a, b) => a.bucket - b.bucket || (a.key < b.key ? -1 : 1));
  }

  private put(records: readonly MutationRecord[]): void {
    for (const { key, value } of records) {
      if (value === null) this.records.delete(key);
      else this.records.set(key, value);
    }
  }

  private journalRow(kind: string, time: number, body: Buffer): void {
    this.rows.push({ index: ++this.index, epoch: this.epoch, kind, time, body, cause: '' });
    this.told();
  }

  private told(): void {
    for (const listener of this.listeners) listener.committed({ origin: 'request', replicatedKeys: [], localRows: [] });
  }
}
