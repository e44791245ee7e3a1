import { isIPv6 } from 'node:net';
import { TidelockError } from '@tidelock/kernel';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: TidelockError) => void;
}

export interface LineBounds {
  /** Pieces of work at a time. */
  readonly atOnce: number;
  /** Pieces that wait, of all addresses together. */
  readonly mostWaiting: number;
}

/**
 * Does costly work for many, a little at a time. Each address has a line of its own and they take turns. When there is no room
 * left, the longest line gives way (McKenney, "Stochastic fairness queueing", 1990): one address may have all the
 * room as long as nobody else wants any, and keeps nobody out.
 */
export class FairLine {
  /** By address, in the order of turns. */
  private readonly lines = new Map<string, Waiting[]>();
  private waiting = 0;
  private running = 0;

  constructor(private readonly bounds: LineBounds) {}

  /** @throws {TidelockError} RATE_LIMITED when too many wait; what `work` throws. */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    if (this.running < this.bounds.atOnce) this.running += 1;
    else await this.turn(networkOf(address));
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  private turn(network: string): Promise<void> {
    if (this.waiting >= this.bounds.mostWaiting) this.makeRoom(network);
    return new Promise((begin, refuse) => {
      const line = this.lines.get(network) ?? [];
      line.push({ begin, refuse });
      this.lines.set(network, line);
      this.waiting += 1;
    });
  }

  /** Hands the place on, so that no newcomer gets before those who wait. */
  private next(): void {
    const [network, line] = this.lines.entries().next().value ?? [];
    const first = line?.shift();
    if (network === undefined || first === undefined) {
      this.running -= 1;
      return;
    }
    this.lines.delete(network);
    if (line !== undefined && line.length > 0) this.lines.set(network, line);
    this.waiting -= 1;
    first.begin();
  }

  /** Sends the last of the longest line away. @throws {TidelockError} RATE_LIMITED when no line is longer than the newcomer's own. */
  private makeRoom(network: string): void {
    const [longest, line = []] = [...this.lines].reduce(
      (some, other) => (other[1].length > some[1].length ? other : some),
      ['', [] as Waiting[]],
    );
    if (line.length <= (this.lines.get(network)?.length ?? 0)) throw tooMany();
    line.pop()?.refuse(tooMany());
    if (line.length === 0) this.lines.delete(longest);
    this.waiting -= 1;
  }
}

const tooMany = (): TidelockError =>
  new TidelockError('RATE_LIMITED', 'too many passwords are being checked; try again later');

/** Who counts as one: an IPv4 address, or the /64 network that a customer is given with IPv6. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = [], tail = []] = address.split('::').map((groups) => groups.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
