import fc from 'fast-check';

const BLOCK = 2000;
/** Neighbouring seeds start alike. */
const WARM_UP = 50;
const RANGE = 2 ** 31;

/** Numbers that depend on the seed alone. */
export class Random {
  private numbers: number[] = [];
  private blocks = 0;

  constructor(private readonly seed: number) {}

  /** Another series of the same seed, for a part that draws by itself. */
  static of(seed: number, ...parts: readonly number[]): Random {
    return new Random(parts.reduce((mixed, part) => (Math.imul(mixed, 1_000_003) + part) | 0, seed | 0));
  }

  /** 0 <= number < 1 */
  fraction(): number {
    if (this.numbers.length === 0) this.refill();
    return (this.numbers.pop() as number) / RANGE;
  }

  /** min <= integer <= max */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)] as T;
  }

  /** One of them, as often as its weight says. */
  weighted<T extends { readonly weight: number }>(choices: readonly T[]): T {
    let rest = this.fraction() * choices.reduce((sum, { weight }) => sum + weight, 0);
    return choices.find(({ weight }) => (rest -= weight) < 0) ?? (choices.at(-1) as T);
  }

  private refill(): void {
    const seed = (this.seed + Math.imul(this.blocks++, 7_919)) | 0;
    this.numbers = fc.sample(fc.noBias(fc.nat({ max: RANGE - 1 })), { seed, numRuns: BLOCK + WARM_UP }).slice(WARM_UP);
  }
}
