import { badRequest, type Logger } from '@tidelock/kernel';
import type { JournalRow, MutationCause, Outbox, Store } from '@tidelock/store';

/** A mutation that this cluster acknowledged as primary and that no later epoch builds on. */
export interface QuarantinedMutation {
  readonly index: number;
  readonly epoch: number;
  /** When it was committed, ms since the Unix epoch. */
  readonly time: number;
  readonly cause: MutationCause;
  /** As it would have travelled: record keys with barrier ciphertext. */
  readonly body: Buffer;
}

type QuarantineStore = Pick<Store, 'transact' | 'local'> & Pick<Outbox, 'journal'>;

const PREFIX = 'replication/quarantine/';
const ROWS_PER_PAGE = 200;
const BYTES_PER_PAGE = 4 * 1024 * 1024;

/** What a fenced primary had that its set has not: kept aside for a person to look at (P6). Never merged by itself, never thrown away. */
export class Quarantine {
  private known = 0;

  constructor(
    private readonly store: QuarantineStore,
    private readonly logger: Logger,
  ) {}

  /**
   * Moves all mutations of the journal behind an index here. The journal is empty afterwards. Safe to repeat.
   *
   * @returns how many there were.
   */
  async setAside(after: number): Promise<number> {
    let count = 0;
    for (let place = after; ;) {
      const rows = await this.store.journal.read(place, ROWS_PER_PAGE, BYTES_PER_PAGE);
      const last = rows.at(-1);
      if (last === undefined) break;
      const [from, to] = [after + 1, (rows[0] as JournalRow).index - 1];
      if (place === after && from <= to)
        this.logger.error('the journal does not reach back to where the next epoch began', { from, to });
      count += await this.keep(rows.filter(({ kind }) => kind === 'mutation'));
      place = last.index;
    }
    await this.store.journal.trim(Number.MAX_SAFE_INTEGER);
    await this.load();
    if (count > 0)
      this.logger.error(
        'mutations of this cluster are not part of its replication set; they were put into quarantine',
        { count, after },
      );
    return count;
  }

  async list(): Promise<Omit<QuarantinedMutation, 'body'>[]> {
    const rows = await this.store.local.rows('record', { column: 'key', prefix: PREFIX });
    return rows.map(({ value }) => mutationIn(value)).map(({ body: _, ...facts }) => facts);
  }

  get size(): number {
    return this.known;
  }

  /** After an unseal. */
  async load(): Promise<void> {
    this.known = (await this.store.local.keys(PREFIX)).length;
  }

  /**
   * All of these indexes, in the order in which they were made: two reigns may have one of the same index.
   *
   * @throws {TidelockError} INVALID_REQUEST naming the first index that is not there.
   */
  async take(indexes: readonly number[]): Promise<QuarantinedMutation[]> {
    const rows = await this.store.local.rows('record', { column: 'key', prefix: PREFIX });
    const wanted = new Set(indexes);
    const found = rows
      .map(({ value }) => mutationIn(value))
      .filter(({ index }) => wanted.has(index))
      .sort((a, b) => a.epoch - b.epoch || a.index - b.index);
    const missing = [...wanted]
      .sort((a, b) => a - b)
      .find((index) => !found.some((mutation) => mutation.index === index));
    if (missing !== undefined) throw badRequest(`no mutation with index ${missing} is in quarantine`);
    return found;
  }

  async drop(mutations: readonly Pick<QuarantinedMutation, 'epoch' | 'index'>[]): Promise<void> {
    await this.store.transact(async ({ local }) => {
      for (const mutation of mutations) local.delete('record', keyOf(mutation));
    });
    await this.load();
  }

  private async keep(rows: readonly JournalRow[]): Promise<number> {
    await this.store.transact(async ({ local }) => {
      for (const row of rows) local.put('record', { key: keyOf(row), value: valueOf(row) });
    });
    return rows.length;
  }
}

const keyOf = ({ epoch, index }: Pick<QuarantinedMutation, 'epoch' | 'index'>): string =>
  `${PREFIX}${String(epoch).padStart(10, '0')}/${String(index).padStart(16, '0')}`;

const valueOf = ({ index, epoch, time, cause, body }: JournalRow): Buffer =>
  Buffer.from(JSON.stringify({ index, epoch, time, cause: JSON.parse(cause), body: body.toString('base64') }));

function mutationIn(value: Buffer): QuarantinedMutation {
  const { body, ...facts } = JSON.parse(value.toString('utf8')) as Omit<QuarantinedMutation, 'body'> & { body: string };
  return { ...facts, body: Buffer.from(body, 'base64') };
}
