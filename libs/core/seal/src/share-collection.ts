/** Shares given so far, each once. */
export class ShareCollection {
  private shares: Buffer[] = [];

  get count(): number {
    return this.shares.length;
  }

  /** @returns `false` when the share is there already. */
  add(share: Buffer): boolean {
    if (this.shares.some((other) => other.equals(share))) return false;
    this.shares.push(share);
    return true;
  }

  /** Hands the shares to `use`, then forgets them, whatever came of it. */
  async spend<T>(use: (shares: readonly Buffer[]) => Promise<T>): Promise<T> {
    try {
      return await use(this.shares);
    } finally {
      this.forget();
    }
  }

  forget(): void {
    for (const share of this.shares) share.fill(0);
    this.shares = [];
  }
}
