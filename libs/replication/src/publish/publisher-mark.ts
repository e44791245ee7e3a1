import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import type { LocalStore, LocalTables, Store, StreamPosition } from '@tidelock/store';
import { FIRST_DIGEST } from '../domain/header';
import { FULL_STREAM } from '../domain/stream-name';

/** A mark costs a transaction: under load one for many requests. What a crash forgets is sent again and skipped. */
const MARK_AFTER_MS = 100;
const TRIM_AFTER_ROWS = 1000;
const TRIM_AFTER_MS = 5000;

/** How far the stream is published: at once in memory, a moment later in the store; published journal rows go after that. */
export class PublisherMark {
  private current: StreamPosition = { epoch: 0, index: 0, digest: FIRST_DIGEST, brokerOffset: '' };
  private storedIndex = 0;
  private trimmedIndex = 0;
  private trimmedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private storing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'local' | 'journal' | 'position' | 'epoch'>,
    private readonly set: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Index behind which rows stay although they are published. */
    private readonly keepAfter: () => number = () => Number.MAX_SAFE_INTEGER,
  ) {}

  get position(): StreamPosition {
    return this.current;
  }

  async load(): Promise<void> {
    const row = await this.store.local.row('stream', FULL_STREAM);
    // A row of another set is left from an earlier life of this cluster.
    if (row !== undefined && row.value.toString() === this.set) {
      this.current = { epoch: row.epoch, index: row.idx, digest: row.digest, brokerOffset: row.broker_offset };
    } else {
      this.current = await this.beginning();
      await this.write(this.current);
    }
    this.storedIndex = this.trimmedIndex = this.current.index;
    this.trimmedAt = this.clock.now();
  }

  moved(position: StreamPosition): void {
    this.current = position;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush().catch((error: unknown) => this.logger.warn('the publisher cannot keep its mark', { reason: reasonOf(error) }));
    }, MARK_AFTER_MS);
  }

  /** Stores what is not yet stored. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const work = this.storing.catch(() => undefined).then(() => this.storeCurrent());
    this.storing = work;
    await work;
  }

  private async storeCurrent(): Promise<void> {
    const position = this.current;
    if (position.index === this.storedIndex) return;
    await this.write(position);
    this.storedIndex = position.index;
    const trimmable = Math.min(position.index, this.keepAfter());
    const rows = trimmable - this.trimmedIndex;
    if (rows <= 0) return;
    if (rows < TRIM_AFTER_ROWS && this.clock.now() - this.trimmedAt < TRIM_AFTER_MS) return;
    // Only after the mark is durable: a row must not be gone before it is known to be published.
    await this.store.journal.trim(trimmable);
    this.trimmedIndex = trimmable;
    this.trimmedAt = this.clock.now();
  }

  private async write(position: StreamPosition): Promise<void> {
    const unit = this.store.begin();
    unit.local.put('stream', markOf(this.set, position));
    await unit.commit();
  }

  /** A stream begins after what was there when the journal was switched on. */
  private async beginning(): Promise<StreamPosition> {
    const { replicatedIndex } = this.store.position();
    const [first] = await this.store.journal.read(0, 1, 1);
    return { ...this.current, epoch: this.store.epoch, index: first === undefined ? replicatedIndex : first.index - 1 };
  }
}

/** The row of the full stream that says how far it is published. */
export const markOf = (set: string, { epoch, index, digest, brokerOffset }: StreamPosition): LocalTables['stream'] =>
  ({ name: FULL_STREAM, epoch, idx: index, digest, broker_offset: brokerOffset, value: Buffer.from(set) });

/** How far streams were published counts no more. */
export async function forgetStreams(local: LocalStore): Promise<void> {
  for (const { name } of await local.rows('stream', { column: 'name', prefix: '' })) local.delete('stream', name);
}
