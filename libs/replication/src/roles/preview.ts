import type { Store } from '@tidelock/store';
import type { ReplicationNode } from './replication-node';
import type { ActivationOrder } from '../join/joiner';
import type { SecondaryRole } from '../secondary/secondary-role';

type Preview = (node: ReplicationNode, store: Store) => Promise<Readonly<Record<string, unknown>>>;

/**
 * What a change of role would wipe, lose or hide, found without changing anything.
 *
 * @throws {TidelockError} INVALID_REQUEST when the cluster does not have the role that would change.
 */
export function previewOf(change: keyof typeof PREVIEWS, node: ReplicationNode, store: Store): ReturnType<Preview> {
  return PREVIEWS[change](node, store);
}

const PREVIEWS = {
  async 'enable-primary'(node, store) {
    node.requireNotSecondary();
    if (node.asPrimary)
      return {
        would: 'change the address that secondaries are given',
        secondaries: node.asPrimary.secondaries.active(),
      };
    return {
      would:
        'become the primary of a new replication set: data, tokens and leases stay as they are; former secondaries of this cluster need a full copy',
      replicated_records: (await store.replicated.keys('')).length,
    };
  },
  async 'demote-primary'(node) {
    const primary = node.requirePrimary();
    return {
      would:
        'become a secondary without a primary: replicated state can be written by nobody until a secondary is promoted',
      secondaries_cut_off: primary.secondaries.active(),
      unpublished_mutations: primary.unpublished,
    };
  },
  async 'disable-primary'(node) {
    const primary = node.requirePrimary();
    return {
      would:
        'leave the replication set and keep the data: its secondaries keep what they have and need a full copy to join a set again',
      secondaries_cut_off: primary.secondaries.all().map(({ id }) => id),
      unpublished_mutations: primary.unpublished,
    };
  },
  async 'disable-secondary'(node, store) {
    const secondary = node.requireSecondary();
    return {
      would:
        'leave the replication set and keep the data, as a cluster of its own with the unseal keys of the set; joining a set again wipes it',
      lost_mutations: lostWith(secondary, store),
    };
  },
  async 'promote-secondary'(node, store) {
    const secondary = node.requireSecondary();
    const checks = await node.promotionChecks();
    return {
      would:
        'become the primary of the set, in a new epoch: the other secondaries need new activation tokens from here',
      possible_without_force: checks.every(({ passed }) => passed),
      checks,
      lost_mutations: lostWith(secondary, store),
    };
  },
} satisfies Record<string, Preview>;

const lostWith = ({ primary }: Pick<SecondaryRole, 'primary'>, store: Store): number =>
  Math.max(0, (primary?.primaryIndex ?? 0) - store.position().replicatedIndex);

/** What `secondary/update-primary` would do: the token stays good, and nothing is changed. @throws as that does, as far as it can be told. */
export async function previewUpdateOf(
  node: ReplicationNode,
  update: { readonly activation: ActivationOrder } | { readonly addresses: readonly string[] } | undefined,
): ReturnType<Preview> {
  if (update === undefined) {
    node.requireFollowing();
    return { would: 'follow no primary any more, and go on to answer with what it has; writes are refused meanwhile' };
  }
  if ('addresses' in update) {
    const answering = await node.answeringAddresses(update.addresses);
    return { would: `call the same primary at ${answering.join(', ')}`, answering_addresses: answering };
  }
  const { primary } = await node.inspectReadmission(update.activation);
  return {
    would: `follow the primary at ${primary}, without a wipe, where that leads the same set; what this cluster has and the set has not goes into quarantine`,
    primary,
  };
}

/** What a change of the quarantine would do. @throws {TidelockError} INVALID_REQUEST naming the first index that is not there. */
export async function previewQuarantineOf(
  node: ReplicationNode,
  change: 'discard' | 'reapply',
  indexes: readonly number[] | 'all',
) {
  const all = (await node.quarantine.list()).map(({ cause, ...facts }) => ({ ...facts, ...cause }));
  const chosen = indexes === 'all' ? all.map(({ index }) => index) : indexes;
  if (change === 'discard') await node.quarantine.take(chosen);
  const mutations = all.filter(({ index }) => chosen.includes(index));
  const what = mutations.length === 1 ? '1 mutation' : `${mutations.length} mutations`;
  if (change === 'discard')
    return {
      would: `throw ${what} away, for good: no other cluster has ${mutations.length === 1 ? 'it' : 'them'}`,
      mutations,
    };
  const place = node.asSecondary ? 'on the primary' : 'here';
  const refused = await node.onlyDiscardable(chosen);
  return { would: `write ${what} anew ${place}, whole, over what is there now`, mutations, refused };
}
