import { reasonOf } from '@tidelock/kernel';
import type { Store, StreamPosition, StreamSink, UnitOfWork } from '@tidelock/store';
import { assertAlive } from './assert-alive';
import type { Chunk } from './chunk';

/** A message that this replica cannot apply although its store works. */
export class PoisonError extends Error {
  constructor(
    readonly position: StreamPosition,
    readonly reason: string,
  ) {
    super(`mutation ${position.index} cannot be applied: ${reason}`);
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
    if (chunk.effect !== undefined) return this.withEffect(last.position, chunk.effect);
    try {
      await this.store.applyStream(chunk.mutations, last.position);
    } catch (error) {
      await this.assertAlive(from, error);
      await this.oneByOne(chunk, from);
    }
  }

  private async withEffect(position: StreamPosition, effect: NonNullable<Chunk['effect']>): Promise<void> {
    const withPlace = async (unit: UnitOfWork) => {
      const known = await effect(unit.local);
      await this.store.applyStream([], position, unit);
      return known;
    };
    const done = await this.store.transact(withPlace, { commit: false });
    done?.();
  }

  private async oneByOne(chunk: Chunk, from: StreamPosition): Promise<void> {
    let at = from;
    for (const { records, position } of chunk.entries) {
      try {
        await this.store.applyStream(records === undefined ? [] : [records], position);
      } catch (error) {
        await this.assertAlive(at, error);
        throw new PoisonError(position, reasonOf(error));
      }
      at = position;
    }
  }

  private assertAlive(at: StreamPosition, cause: unknown): Promise<void> {
    return assertAlive(cause, () => this.store.applyStream([], at));
  }
}
