import type { Life, Task } from '@tidelock/core/runtime';
import type { Clock } from '@tidelock/kernel';
import type { LocalStore, LocalTables, Outbox, Store, StreamPosition } from '@tidelock/store';
import { FIRST_DIGEST } from '../domain/header';
import { FULL_STREAM } from '../domain/topic';
import type { StreamView, ViewMemory } from './stream-view';

/** A mark costs a transaction: under load one for many requests. What a crash forgets is sent again and skipped. */
const MARK_AFTER_MS = 100;
const TRIM_AFTER_ROWS = 1000;
const TRIM_AFTER_MS = 5000;

/** How far a stream is published. */
export interface Mark {
  /** Its last message. */
  readonly position: StreamPosition;
  /** The last row of the journal that was looked at: at the last message, or behind it where rows are left out. */
  readonly scanned: number;
  readonly memory: ViewMemory;
}

export interface MarkedStream {
  readonly set: string;
  readonly view: StreamView;
}

/** Where a view's memory is kept, beside the mark. */
export const memoryKey = (stream: string): string => `replication/stream/${stream}`;

const BEGINNING: StreamPosition = { epoch: 0, index: 0, digest: FIRST_DIGEST, brokerOffset: '' };

/** How far the stream is published: at once in memory, a moment later in the store; published journal rows go after that. */
export class PublisherMark {
  private marked: Mark;
  private storedIndex = 0;
  private storedMemory: ViewMemory | undefined;
  private trimmedIndex = 0;
  private trimmedAt = 0;
  private life: Pick<Life, 'wake'> | undefined;
  /** Stores what is not yet stored. */
  readonly keeping: Task = { name: 'mark', run: () => this.flush() };

  constructor(
    private readonly store: Pick<Store, 'begin' | 'local' | 'position'> & Pick<Outbox, 'journal' | 'epoch'>,
    private readonly stream: MarkedStream,
    private readonly clock: Clock,
    /** Index behind which rows stay although they are published. */
    private readonly keepAfter: () => number = () => Number.MAX_SAFE_INTEGER,
  ) {
    this.marked = { position: BEGINNING, scanned: 0, memory: stream.view.recall('') };
  }

  get position(): StreamPosition {
    return this.marked.position;
  }

  get current(): Mark {
    return this.marked;
  }

  /** @param life of the part whose task `keeping` is. */
  async load(life: Pick<Life, 'wake'>): Promise<void> {
    this.life = life;
    const stored = await this.stored();
    this.marked = stored ?? (await this.beginning());
    if (stored === undefined) await this.write(this.marked);
    this.storedIndex = this.trimmedIndex = this.marked.scanned;
    this.trimmedAt = this.clock.now();
  }

  moved(mark: Mark): void {
    this.marked = mark;
    this.life?.wake(this.keeping, MARK_AFTER_MS);
  }

  /** What `keeping` does; to be called once more when that has ended. */
  async flush(): Promise<void> {
    const { marked } = this;
    if (marked.scanned === this.storedIndex) return;
    await this.write(marked);
    this.storedIndex = marked.scanned;
    const { clock, store, stream } = this;
    // The journal is one: the stream that always runs trims it for all.
    if (stream.view.name !== FULL_STREAM) return;
    const trimmable = Math.min(marked.scanned, this.keepAfter());
    const rows = trimmable - this.trimmedIndex;
    if (rows <= 0) return;
    if (rows < TRIM_AFTER_ROWS && clock.now() - this.trimmedAt < TRIM_AFTER_MS) return;
    // Only after the mark is durable: a row must not be gone before it is known to be published.
    await trimJournal(store, stream.set, trimmable);
    this.trimmedIndex = trimmable;
    this.trimmedAt = this.clock.now();
  }

  private async write({ position, scanned, memory }: Mark): Promise<void> {
    const { set, view } = this.stream;
    const unit = this.store.begin();
    unit.local.put('stream', markOf(markText(set, position.index, scanned), position, view.name));
    const text = memory === this.storedMemory ? '' : memory.toJson();
    if (text !== '') unit.local.put('record', { key: memoryKey(view.name), value: Buffer.from(text) });
    await unit.commit();
    this.storedMemory = memory;
  }

  /** `undefined` when the stream was never published, or in an earlier life of this cluster in another set. */
  private async stored(): Promise<Mark | undefined> {
    const { set, view } = this.stream;
    const row = await this.store.local.row('stream', view.name);
    const scanned = row && scannedIn(row, set);
    if (row === undefined || scanned === undefined) return undefined;
    const text = (await this.store.local.row('record', memoryKey(view.name)))?.value.toString() ?? '';
    // Only reserved so far.
    if (view.begin !== undefined && text === '') return undefined;
    const memory = view.recall(text);
    this.storedMemory = memory;
    const position = { epoch: row.epoch, index: row.idx, digest: row.digest, brokerOffset: row.broker_offset };
    return { position, scanned, memory };
  }

  /** A stream begins where its view says, or after what was there when the journal was switched on. */
  private async beginning(): Promise<Mark> {
    const { begin } = this.stream.view;
    const memory = this.stream.view.recall('');
    const { epoch } = this.store;
    if (begin !== undefined)
      return { position: { ...BEGINNING, epoch, index: begin.index }, scanned: begin.index, memory: begin.memory };
    const { replicatedIndex } = this.store.position();
    const [first] = await this.store.journal.read(0, 1, 1);
    const index = first === undefined ? replicatedIndex : first.index - 1;
    return { position: { ...BEGINNING, epoch, index }, scanned: index, memory };
  }
}

/** The row of a stream that says how far it is published. @param text the set, where it is published to its last row. */
export const markOf = (
  text: string,
  { epoch, index, digest, brokerOffset }: StreamPosition,
  name = FULL_STREAM,
): LocalTables['stream'] => ({
  name,
  epoch,
  idx: index,
  digest,
  broker_offset: brokerOffset,
  value: Buffer.from(text),
});

/** How far streams were published counts no more. */
export async function forgetStreams(local: LocalStore): Promise<void> {
  for (const { name } of await local.rows('stream', { column: 'name', prefix: '' })) local.delete('stream', name);
}

/** The row of a published stream in the local store, as text: `<set>` or, where rows behind its last message were left out, `<set> <index>`. */
const markText = (set: string, published: number, scanned: number): string =>
  scanned === published ? set : `${set} ${scanned}`;

/** @returns how far the journal was read for the stream; `undefined` for a row of another set. */
function scannedIn({ idx, value }: { readonly idx: number; readonly value: Buffer }, set: string): number | undefined {
  const [owner, scanned] = value.toString().split(' ');
  return owner === set ? Number(scanned ?? idx) : undefined;
}

/**
 * Drops the journal's rows that every stream of the set has behind it, as their stored marks tell.
 *
 * @param upTo the last row that may go.
 */
async function trimJournal(
  store: Pick<Store, 'local'> & Pick<Outbox, 'journal'>,
  set: string,
  upTo: number,
): Promise<void> {
  const rows = await store.local.rows('stream', { column: 'name', prefix: '' });
  const behind = rows.flatMap((row) => scannedIn(row, set) ?? []);
  await store.journal.trim(Math.min(upTo, ...behind));
}
