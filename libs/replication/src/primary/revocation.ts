import { LONGEST_NAME, TidelockError } from '@tidelock/kernel';
import type { RevocationPreview } from '@tidelock/api-answers';
import type { Filtering } from '../filter/filtering';
import type { StreamKeyRotation } from '../keys/stream-key-rotation';
import { mayMakeBatchTokens } from '../set-members/member';
import { hasMember, memberOrForgotten, revokeMember } from '../set-members/member-records';
import { stateIn } from '../membership/known-secondary';
import type { SecondaryRegistry } from '../membership/secondary-registry';
import type { ReplicationParts } from '../ports/parts';

interface RevocationParts extends Pick<ReplicationParts, 'store' | 'host'> {
  readonly secondaries: SecondaryRegistry;
  readonly filtering: Filtering;
  readonly keys: StreamKeyRotation;
  /** Cuts its connections. */
  readonly disconnect: () => void;
}

/**
 * Takes a secondary out of the set, in the transaction that rotates the key of its stream.
 *
 * @returns whether it held the set's keys: it had joined, in this reign or an earlier one.
 * @throws {TidelockError} NOT_FOUND for an id that was never given: a slip of the pen must not look like a cut-off.
 */
export async function revokeKnown(
  { store, host, secondaries, filtering, keys, disconnect }: RevocationParts,
  id: string,
): Promise<boolean> {
  await requireGivenId(store, id);
  let held = false;
  await secondaries.refuseDuring(id, async () => {
    // Before the new key exists: no answer that is under way may carry it.
    disconnect();
    // Who never joined has no key of the stream.
    await keys.rotate(async (unit) => {
      const { local, replicated } = unit;
      const wasActive = (await secondaries.revoke(local, id)) === 'active';
      const member = await revokeMember(replicated, id, wasActive);
      held = wasActive || member?.state === 'active';
      const stream = await filtering.forget(local, id);
      // Also of an earlier reign: it holds the key that the set has since.
      if (member !== undefined && mayMakeBatchTokens(member)) await host.endBatchTokens(unit);
      return wasActive ? stream : undefined;
    });
  });
  return held;
}

/** What that would do. @throws as `revokeKnown` does. */
export async function previewRevocation(
  { store, filtering: { filters } }: Pick<RevocationParts, 'store' | 'filtering'>,
  id: string,
): Promise<RevocationPreview> {
  await requireGivenId(store, id);
  const state = await stateIn(store.local, id);
  const member = await memberOrForgotten(store.replicated, id);
  return {
    would: `refuse the secondary "${id}" at once and for good; it keeps what it has`,
    ...(state && { state }),
    held_keys: state === 'active' || member?.state === 'active',
    ...(state === 'active' && { stream: filters.streamOf(id) }),
    ends_batch_tokens: member !== undefined && mayMakeBatchTokens(member),
    removes_filter: filters.of(id) !== undefined,
  };
}

/** The id is on the list of this reign, or a member's from an earlier one. */
async function requireGivenId({ local, replicated }: RevocationParts['store'], id: string): Promise<void> {
  if (id.length <= LONGEST_NAME && ((await stateIn(local, id)) !== undefined || (await hasMember(replicated, id))))
    return;
  const shown = JSON.stringify(id.slice(0, LONGEST_NAME));
  throw new TidelockError(
    'NOT_FOUND',
    `no secondary has the ID ${shown}, so nothing was revoked; known_secondaries in sys/replication/performance/status lists them`,
  );
}
