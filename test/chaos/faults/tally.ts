/** Counts what was injected. */
export class Tally {
  private readonly counts = new Map<string, { times: number; ms: number; skipped: number }>();

  add(name: string, ms: number): void {
    const count = this.of(name);
    count.times += 1;
    count.ms += ms;
  }

  /** Wanted by the seed, but its target had a fault already. */
  skip(name: string): void {
    this.of(name).skipped += 1;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, { times }) => sum + times, 0);
  }

  table(): string {
    const rows = [...this.counts].sort(([a], [b]) => a.localeCompare(b));
    const lines = rows.map(
      ([name, { times, ms, skipped }]) =>
        `${name.padEnd(32)} ${String(times).padStart(6)} ${(ms / 1000).toFixed(0).padStart(8)} ${String(skipped).padStart(8)}`,
    );
    return [`${'fault'.padEnd(32)} injected  seconds  skipped`, ...lines].join('\n');
  }

  private of(name: string) {
    const count = this.counts.get(name) ?? { times: 0, ms: 0, skipped: 0 };
    this.counts.set(name, count);
    return count;
  }
}
