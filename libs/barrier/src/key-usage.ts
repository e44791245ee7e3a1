/** How often a data key was used. */
export interface KeyUse {
  readonly term: number;
  readonly encryptions: number;
}

/** What is kept of it over a restart. */
export interface KeptUsage extends KeyUse {
  /** By whoever told of it. */
  readonly elsewhere: Readonly<Record<string, number>>;
}

/** How often the other clusters of the set have used the data key in use: all of them seal with it. */
export class KeyUsage {
  private term = 0;
  private readonly elsewhere = new Map<string, number>();
  private sum = 0;

  /** A cluster tells of its use, or of several clusters'. Less than before, or of another term, is no news. */
  note(who: string, { term, encryptions }: KeyUse, active: number): void {
    this.moveTo(active);
    const known = this.elsewhere.get(who) ?? 0;
    if (term !== active || !Number.isSafeInteger(encryptions) || encryptions <= known) return;
    this.elsewhere.set(who, encryptions);
    this.sum += encryptions - known;
  }

  /** @param except whose own use does not count. */
  total(active: number, except?: string): number {
    this.moveTo(active);
    return this.sum - (except === undefined ? 0 : (this.elsewhere.get(except) ?? 0));
  }

  kept(active: number): Readonly<Record<string, number>> {
    this.moveTo(active);
    return Object.fromEntries(this.elsewhere);
  }

  private moveTo(term: number): void {
    if (term === this.term) return;
    this.term = term;
    this.elsewhere.clear();
    this.sum = 0;
  }
}
