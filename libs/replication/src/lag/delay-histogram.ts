/** Each octave has so many buckets, below twice as many each value has its own: a bucket is at most a 16th as wide as what it holds. */
const PER_OCTAVE = 16;
const BITS = 4;
/** The last one holds whatever is longer than 2^31 ms, some 24 days. */
const BUCKETS = 448;
const LAST = BUCKETS - 1;

/** Counts of delays, whole milliseconds from 0, on a logarithmic scale: to count one costs two additions and no memory. */
export class DelayHistogram {
  private readonly counts = new Uint32Array(BUCKETS);
  count = 0;
  /** 0 where there is none. */
  max = 0;

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.count += 1;
    if (ms > this.max) this.max = ms;
  }

  addAll(other: DelayHistogram): void {
    if (other.count === 0) return;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1)
      this.counts[bucket] = (this.counts[bucket] as number) + (other.counts[bucket] as number);
    this.count += other.count;
    this.max = Math.max(this.max, other.max);
  }

  clear(): void {
    if (this.count === 0) return;
    this.counts.fill(0);
    this.count = 0;
    this.max = 0;
  }

  /** What at least this share of them does not exceed, or up to a bucket's width more; never more than the longest. 0 where there is none. */
  quantile(share: number): number {
    let before = 0;
    const rank = Math.max(1, Math.ceil(share * this.count));
    for (let bucket = 0; bucket < LAST; bucket += 1) {
      before += this.counts[bucket] as number;
      if (before >= rank) return Math.min(endOf(bucket), this.max);
    }
    return this.max;
  }
}

function bucketOf(ms: number): number {
  if (ms >= 2 ** 31) return LAST;
  const shift = Math.max(0, 31 - BITS - Math.clz32(ms));
  return shift * PER_OCTAVE + (ms >> shift);
}

/** The longest delay of a bucket. */
function endOf(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / PER_OCTAVE) - 1);
  return (bucket - shift * PER_OCTAVE + 1) * 2 ** shift - 1;
}
