import type { LocalStore, MutationRecord, StreamPosition } from '@tidelock/store';

/** Bounds of one transaction. */
const MOST_MUTATIONS = 1000;
const MOST_BYTES = 4 * 1024 * 1024;

export interface ChunkEntry {
  /** `undefined`: a message that changes no records. */
  readonly records: readonly MutationRecord[] | undefined;
  readonly position: StreamPosition;
  /** When the primary committed it, ms. */
  readonly time: number;
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
