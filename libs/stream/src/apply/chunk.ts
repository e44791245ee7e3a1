import { reasonOf } from '@tidelock/kernel';
import type { LocalStore, MutationRecord, Store, StreamPosition, StreamSink, UnitOfWork } from '@tidelock/store';
import { assertAlive } from './assert-alive';

/** Bounds of one transaction. */
const MOST_MUTATIONS = 1000;
const MOST_BYTES = 4 * 1024 * 1024;

/** What others may know of a message that was applied. */
export interface AppliedMessage {
  /** `undefined`: a message that changes no records. */
  readonly records: readonly MutationRecord[] | undefined;
  /** When the primary committed it, ms by its clock. */
  readonly time: number;
}

export interface ChunkEntry extends AppliedMessage {
  readonly position: StreamPosition;
}

/** Messages that are applied together with their position, in one transaction. */
export class Chunk {
  readonly entries: ChunkEntry[] = [];
  /** Local rows of the only message: see `MessageEffect`. */
  effect: ((local: LocalStore) => Promise<(() => void) | undefined>) | undefined;
  private bytes = 0;

  add(entry: ChunkEntry, bytes: number): void {
    this.entries.push(entry);
    this.bytes += bytes;
  }

  get isFull(): boolean {
    return this.entries.length >= MOST_MUTATIONS || this.bytes >= MOST_BYTES;
  }

  get last(): ChunkEntry | undefined {
    return this.entries.at(-1);
  }

  get mutations(): (readonly MutationRecord[])[] {
    return this.entries.flatMap(({ records }) => (records === undefined ? [] : [records]));
  }
}

/** A message that this replica cannot apply although its store works. */
export class PoisonError extends Error {
  /** For logs and people. */
  readonly facts: { readonly index: number; readonly reason: string };

  constructor(
    readonly position: StreamPosition,
    reason: string,
  ) {
    super(`mutation ${position.index} cannot be applied: ${reason}`);
    this.facts = { index: position.index, reason };
  }
}

/** Writes chunks, and when one fails finds out whether a mutation or the store is to blame. */
export class ChunkWriter {
  constructor(private readonly store: Pick<Store, 'transact'> & Pick<StreamSink, 'applyStream'>) {}

  /**
   * @param from the position committed so far.
   * @throws {PoisonError} for the first mutation that fails by itself; what precedes it is applied.
   * @throws the store's own error when it takes nothing at all: that passes, and the batch comes again.
   */
  async write(chunk: Chunk, from: StreamPosition): Promise<void> {
    const { last } = chunk;
    if (last === undefined) return;
    if (chunk.effect !== undefined) return this.withEffect(last.position, chunk.effect, from);
    try {
      await this.store.applyStream(chunk.mutations, last.position, undefined, from);
    } catch (error) {
      await this.assertAlive(from, error);
      await this.oneByOne(chunk, from);
    }
  }

  private async withEffect(
    position: StreamPosition,
    effect: NonNullable<Chunk['effect']>,
    from: StreamPosition,
  ): Promise<void> {
    const withPlace = async (unit: UnitOfWork) => {
      const known = await effect(unit.local);
      await this.store.applyStream([], position, unit, from);
      return known;
    };
    const done = await this.store.transact(withPlace, { commit: false });
    done?.();
  }

  private async oneByOne(chunk: Chunk, from: StreamPosition): Promise<void> {
    let at = from;
    for (const { records, position } of chunk.entries) {
      try {
        await this.store.applyStream(records === undefined ? [] : [records], position, undefined, at);
      } catch (error) {
        await this.assertAlive(at, error);
        throw new PoisonError(position, reasonOf(error));
      }
      at = position;
    }
  }

  private assertAlive(at: StreamPosition, cause: unknown): Promise<void> {
    return assertAlive(cause, () => this.store.applyStream([], at, undefined, at));
  }
}
