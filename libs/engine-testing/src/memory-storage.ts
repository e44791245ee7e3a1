import type { KeyRange, StorageView } from '@tidelock/engine-api';

/** A mount's storage in memory, for the specs of engines. `entries` may be looked into. */
export class MemoryStorage implements StorageView {
  readonly entries = new Map<string, Buffer>();

  async get(key: string): Promise<Buffer | undefined> {
    return this.entries.get(key);
  }

  async put(key: string, value: Buffer): Promise<void> {
    this.entries.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key);
  }

  async list(prefix: string): Promise<string[]> {
    const names = this.keysBelow(prefix).map((key) => {
      const rest = key.slice(prefix.length);
      const slash = rest.indexOf('/');
      return slash < 0 ? rest : rest.slice(0, slash + 1);
    });
    return [...new Set(names)].sort();
  }

  async *page(prefix: string, { after = '', limit = Infinity }: KeyRange = {}): AsyncGenerator<string> {
    yield* this.keysBelow(prefix)
      .filter((key) => key > after)
      .slice(0, limit);
  }

  private keysBelow(prefix: string): string[] {
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
