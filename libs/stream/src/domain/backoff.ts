/** Waiting times that double from `first` to `most` milliseconds, with up to a quarter taken off at random. */
export class Backoff {
  private next: number;

  constructor(
    private readonly first: number,
    private readonly most: number,
  ) {
    this.next = first;
  }

  /** Milliseconds to wait before the next try. */
  delay(): number {
    const delay = this.next;
    this.next = Math.min(this.next * 2, this.most);
    return Math.round(delay * (1 - Math.random() / 4));
  }

  reset(): void {
    this.next = this.first;
  }
}
