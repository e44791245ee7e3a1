import type { MerkleLeaf, MerkleStore, StoreAdmin } from '@tidelock/store';
import type { RemainingDifference } from '../apply/sync-note';
import { BUCKETS_PER_CALL, BUCKETS_PER_PAGE } from './call-sizes';
import type { MerklePeer } from '../ports/merkle-peer';

const DIGEST_BYTES = 32;
/** Pages asked for at the same time. */
const PARALLEL = 8;

export interface KeyDifference {
  /** Keys that the peer has and that are missing or different here. */
  readonly wanted: readonly string[];
  /** Keys that only this store has. */
  readonly surplus: readonly string[];
}

/** Places at which two runs of digests differ. */
function differingDigests(ours: Buffer, theirs: Buffer): number[] {
  const places: number[] = [];
  for (let at = 0; at < theirs.length; at += DIGEST_BYTES) {
    if (ours.compare(theirs, at, at + DIGEST_BYTES, at, at + DIGEST_BYTES) !== 0) places.push(at / DIGEST_BYTES);
  }
  return places;
}

function differingKeys(ours: readonly MerkleLeaf[], theirs: readonly MerkleLeaf[]): KeyDifference {
  const own = new Map(ours.map(({ key, digest }) => [key, digest]));
  const wanted: string[] = [];
  for (const { key, digest } of theirs) {
    if (!own.get(key)?.equals(digest)) wanted.push(key);
    own.delete(key);
  }
  return { wanted, surplus: [...own.keys()] };
}

/** Compares page by page, bucket by bucket, key by key: what is moved grows with the difference, not with the store. */
export async function* differences(
  { merkle }: Pick<MerkleStore, 'merkle'>,
  peer: MerklePeer,
): AsyncGenerator<KeyDifference> {
  const buckets = await differingBuckets({ merkle }, peer);
  for (let at = 0; at < buckets.length; at += BUCKETS_PER_CALL) {
    const some = buckets.slice(at, at + BUCKETS_PER_CALL);
    const theirs = await peer.leaves(some);
    yield differingKeys(await merkle.leaves(some), theirs);
  }
}

/** Compares pages, then buckets; nothing below them. */
export async function differingBuckets({ merkle }: Pick<MerkleStore, 'merkle'>, peer: MerklePeer): Promise<number[]> {
  const pages = differingDigests(merkle.pages(), await peer.pages());
  const buckets: number[] = [];
  for (let at = 0; at < pages.length; at += PARALLEL) {
    const some = pages.slice(at, at + PARALLEL);
    const theirs = await Promise.all(some.map((page) => peer.page(page)));
    some.forEach((page, i) => {
      const differing = differingDigests(merkle.page(page), theirs[i] as Buffer);
      buckets.push(...differing.map((subpage) => page * BUCKETS_PER_PAGE + subpage));
    });
  }
  return buckets;
}

const NO_VALUES = { authenticate: false };

/** Keys that could not be had, and why. */
export function lackOf(unrepairable: ReadonlyMap<string, string>): RemainingDifference | undefined {
  const [first] = unrepairable.values();
  return first === undefined ? undefined : { reason: first, keys: [...unrepairable.keys()] };
}

/**
 * Whether the peer's tree does not fit its own records: all leaves are equal, and this store's buckets fit theirs.
 *
 * @returns `undefined` when something else is the matter.
 */
export async function damagedPeerTree(
  { merkle, integrity }: Pick<MerkleStore, 'merkle'> & Pick<StoreAdmin, 'integrity'>,
  peer: MerklePeer,
): Promise<RemainingDifference | undefined> {
  const buckets = (await differingBuckets({ merkle }, peer)).slice(0, BUCKETS_PER_CALL);
  if (buckets.length === 0) return undefined;
  const { wanted, surplus } = differingKeys(await merkle.leaves(buckets), await peer.leaves(buckets));
  if (wanted.length + surplus.length > 0) return undefined;
  for (const bucket of buckets) if ((await integrity.check(bucket, 1, NO_VALUES)).length > 0) return undefined;
  return {
    reason:
      "the primary's merkle tree does not fit its records: sys/replication/merkle-check and sys/replication/reindex there",
    keys: [],
  };
}
