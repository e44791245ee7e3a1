const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;

interface Retry {
  readonly table: string;
  readonly failures: number;
  /** Milliseconds since the Unix epoch. */
  readonly notBefore: number;
}

/** Rows that could not be ended, and when each is tried again: further and further apart, so that none is tried all the time. */
export class RowRetries {
  private readonly waiting = new Map<string, Retry>();

  get size(): number {
    return this.waiting.size;
  }

  isDue(table: string, id: string, now: number): boolean {
    return (this.waiting.get(`${table} ${id}`)?.notBefore ?? 0) <= now;
  }

  failed(table: string, id: string, now: number): void {
    const failures = (this.waiting.get(`${table} ${id}`)?.failures ?? 0) + 1;
    this.waiting.set(`${table} ${id}`, {
      table,
      failures,
      notBefore: now + Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS),
    });
  }

  succeeded(table: string, id: string): void {
    this.waiting.delete(`${table} ${id}`);
  }

  /** Forgets the rows of a table that are not among these: they were ended otherwise. */
  keep(table: string, ids: readonly string[]): void {
    const left = new Set(ids.map((id) => `${table} ${id}`));
    for (const [name, retry] of this.waiting) if (retry.table === table && !left.has(name)) this.waiting.delete(name);
  }

  /** When the next one is tried again; infinity when there is none. */
  next(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.waiting.values()].map(({ notBefore }) => notBefore));
  }
}
