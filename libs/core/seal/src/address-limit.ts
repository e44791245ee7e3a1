import type { Clock } from '@tidelock/kernel';
import { LRUCache } from 'lru-cache';

export interface AddressLimitOptions {
  /** Calls that an address has at first, and at most. */
  readonly burst: number;
  /** One more comes back in this time, ms. */
  readonly everyMs: number;
}

interface Bucket {
  left: number;
  /** When `left` was last right. */
  at: number;
}

/** Addresses that are remembered; the one that was quiet for longest is forgotten first. */
const MOST_ADDRESSES = 10_000;

/** How often an address may call what needs no token. */
export class AddressLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MOST_ADDRESSES });

  constructor(
    private readonly clock: Clock,
    private readonly options: AddressLimitOptions,
  ) {}

  /** Takes one call of the address, if it has one left. */
  take(address: string): boolean {
    const bucket = this.refilled(address);
    if (bucket.left === 0) return false;
    bucket.left -= 1;
    return true;
  }

  private refilled(address: string): Bucket {
    const { burst, everyMs } = this.options;
    const now = this.clock.now();
    const bucket = this.buckets.get(address) ?? { left: burst, at: now };
    // A clock that was put back gains nothing, and costs nothing.
    const since = Math.min(bucket.at, now);
    const gained = Math.floor((now - since) / everyMs);
    bucket.left = Math.min(burst, bucket.left + gained);
    bucket.at = bucket.left === burst ? now : since + gained * everyMs;
    this.buckets.set(address, bucket);
    return bucket;
  }
}
