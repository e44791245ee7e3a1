import type { MerkleStore, StoreAdmin } from '@tidelock/store';
import type { RemainingDifference } from '../apply/sync-note';
import type { MerklePeer } from '../ports/merkle-peer';
import { BUCKETS_PER_CALL } from './call-sizes';
import { differingBuckets, differingKeys } from './merkle-difference';

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
