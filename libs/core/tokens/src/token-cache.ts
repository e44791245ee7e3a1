import type { Caller } from '@tidelock/engine-api';
import type { CommittedChange } from '@tidelock/store';
import { LRUCache } from 'lru-cache';
import type { TokenEntry } from './token-entry';

/** A token as authentication needs it. */
export interface KnownToken {
  readonly entry: TokenEntry;
  readonly caller: Caller;
}

/** Busy tokens at hand; the others cost one indexed read. About 1 KiB each. */
const CAPACITY = 8192;

/** Entries of recently used tokens by id. A commit that touches a token's row drops it, so none is ever stale. */
export class TokenCache {
  private readonly entries = new LRUCache<string, KnownToken>({ max: CAPACITY });
  private readonly loading = new Map<string, Promise<KnownToken | undefined>>();

  /** After a commit. */
  note({ localRows }: CommittedChange): void {
    for (const { table, id } of localRows) if (table === 'token') this.forget(id);
  }

  /** Loads once for all who ask at the same time. */
  async get(id: string, load: () => Promise<KnownToken | undefined>): Promise<KnownToken | undefined> {
    const known = this.entries.get(id);
    if (known !== undefined) return known;
    const running = this.loading.get(id) ?? this.load(id, load);
    return running;
  }

  /** What is at hand, without loading. */
  peek(id: string): KnownToken | undefined {
    return this.entries.peek(id);
  }

  clear(): void {
    this.entries.clear();
    this.loading.clear();
  }

  private forget(id: string): void {
    this.entries.delete(id);
    this.loading.delete(id);
  }

  private load(id: string, load: () => Promise<KnownToken | undefined>): Promise<KnownToken | undefined> {
    const running: Promise<KnownToken | undefined> = load()
      .then((found) => {
        // Not ours any more: the row changed while it was read.
        if (this.loading.get(id) === running && found !== undefined) this.entries.set(id, found);
        return found;
      })
      .finally(() => {
        if (this.loading.get(id) === running) this.loading.delete(id);
      });
    this.loading.set(id, running);
    return running;
  }
}
