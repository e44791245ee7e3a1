/** How often something took place, and how long it took in all. Kept at the cost of two additions; read when somebody asks. */
export class Tally {
  count = 0;
  totalMs = 0;

  add(milliseconds: number): void {
    this.count += 1;
    this.totalMs += milliseconds;
  }

  /** Counts and times the work, whether it succeeds or not. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.add(performance.now() - began);
    }
  }
}

/** Tallies by name. Names come from the program, never from a client: there is a fixed number of them. */
export class Tallies {
  private readonly all = new Map<string, Tally>();

  of(name: string): Tally {
    let tally = this.all.get(name);
    if (tally === undefined) this.all.set(name, (tally = new Tally()));
    return tally;
  }

  entries(): readonly (readonly [name: string, tally: Tally])[] {
    return [...this.all];
  }
}
