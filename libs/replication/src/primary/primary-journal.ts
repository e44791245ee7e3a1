import type { Outbox, Store } from '@tidelock/store';
import { encodeEpochStart, FULL_STREAM } from '@tidelock/stream';
import type { HeartbeatsReceived } from './heartbeats-received';
import type { Role } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';
import type { ReplicationParts, ReplicationSettings } from '../ports/parts';

/**
 * Published journal rows that are kept, at most and within the budget of bytes, until all secondaries have told that they have them: should one be promoted without them,
 * they are what goes into quarantine. Fewer while nobody has joined, for there may be former members of the set.
 */
const MOST_KEPT_ROWS = 100_000;
const KEPT_WITHOUT_SECONDARIES = 10_000;

interface JournalKeeping {
  readonly store: { readonly journal: Pick<Outbox['journal'], 'lastBefore'>; readonly position: Store['position'] };
  readonly settings: Pick<ReplicationSettings, 'journalBudgetBytes'>;
}

/** From here on every mutation leaves a journal row; the set's first row tells where its stream begins. */
export async function openJournal({ store }: Pick<ReplicationParts, 'store'>, { setId, reign }: Role): Promise<void> {
  const isNew = (await store.local.row('stream', FULL_STREAM))?.value.toString() !== setId;
  if (isNew) await store.journal.trim(store.position().replicatedIndex);
  store.journal.enable();
  // Behind all commits that were under way without a row: the stream starts after them.
  if (isNew) await store.journal.append('epoch-started', ({ epoch }) => encodeEpochStart({ epoch, reign }));
}

/** Index behind which journal rows are kept although they are published: as few as all of the bounds say. */
export function keptAfter(
  { store, settings }: JournalKeeping,
  secondaries: Pick<SecondaryRegistry, 'active'>,
  heartbeats: Pick<HeartbeatsReceived, 'lowestApplied'>,
): number {
  const { replicatedIndex } = store.position();
  const within = store.journal.lastBefore(settings.journalBudgetBytes);
  const active = secondaries.active();
  if (active.length === 0) return Math.max(within, replicatedIndex - KEPT_WITHOUT_SECONDARIES);
  return Math.max(within, heartbeats.lowestApplied(active), replicatedIndex - MOST_KEPT_ROWS);
}
