import type { CommitReceipt, UnitOfWork } from '@tidelock/store';

/** One unit of work: remembers its puts until it is committed. */
export class FakeUnit {
  readonly puts = new Map<string, Buffer>();
  cause = { requestId: '', path: '' };

  constructor(private readonly onCommit: (unit: FakeUnit) => CommitReceipt) {}

  get isEmpty(): boolean {
    return this.puts.size === 0;
  }

  changes(thing: string): boolean {
    return this.puts.has(thing);
  }

  put(key: string, value = ''): void {
    this.puts.set(key, Buffer.from(value));
  }

  async commit(): Promise<CommitReceipt> {
    return this.onCommit(this);
  }
}

export const unitOf = (unit: UnitOfWork): FakeUnit => unit as unknown as FakeUnit;
