import type { Clock, Logger } from '@tidelock/kernel';
import type { MutationRecord, Store, StreamPosition } from '@tidelock/store';
import type { MerklePeer, ScanPlace } from '../ports/merkle-peer';
import { BUCKETS_PER_PAGE, differences, PAGES } from './merkle-difference';
import { readSyncNote, writeSyncNote } from './sync-note';
import { ProgressMeter, type SyncProgress } from './sync-progress';

/** Vault's names for what a secondary out of step is doing. */
export type SyncPhase = 'merkle-diff' | 'merkle-sync';

export interface SyncParts {
  readonly store: Pick<Store, 'merkle' | 'local' | 'replicated' | 'applySync' | 'moveTo'>;
  readonly peer: MerklePeer;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SCAN_BYTES = 2 * 1024 * 1024;
const KEYS_PER_FETCH = 500;
/** A store with no more than this holds only what joining put there. */
const ALMOST_EMPTY = 16;
const MOST_PASSES = 3;

/**
 * Brings this store in step with its primary and says where the stream goes on.
 *
 * The primary does not stand still for it: the copy is fuzzy, some records older than others. That is right because the
 * start position is read *before* the first page and every record's state is therefore at least as new; the stream
 * repeats all that was committed after that position, mutations set whole values, so applying one twice or over a newer
 * value ends, once the stream has caught up, in exactly the primary's state. (The fuzzy snapshot of ZooKeeper: Hunt et
 * al., USENIX ATC 2010, section 4.3.)
 *
 * An almost empty store is first filled by a scan, which a restart continues; the comparison that follows makes up for
 * whatever changed behind the scan's back, so the scan needs no position of its own.
 */
export class MerkleSync {
  phase: SyncPhase = 'merkle-diff';
  private readonly meter: ProgressMeter;

  constructor(private readonly parts: SyncParts) {
    this.meter = new ProgressMeter(parts.clock);
  }

  progress(): SyncProgress {
    return this.meter.snapshot();
  }

  /**
   * @param signal stops between two requests; what was copied stays, and is not copied again.
   * @returns where the stream goes on, already committed.
   * @throws what the peer or the store throws; an Error when the two cannot be brought in step.
   */
  async run(signal?: AbortSignal): Promise<StreamPosition> {
    const { store, peer, logger } = this.parts;
    if (await this.needsCopy()) await this.copyAll(signal);
    for (let pass = 1; pass <= MOST_PASSES; pass++) {
      const before = await peer.root();
      if (before.root !== store.merkle.root()) await this.mendDifferences(signal);
      const after = await peer.root();
      const quiet = after.index === before.index;
      if (quiet && after.root !== store.merkle.root()) continue;
      await store.applySync([], ({ local }) => writeSyncNote(local, { phase: 'done', fuzzyUntil: after.index }));
      await store.moveTo(before.position);
      logger.info('in step with the primary', { records: this.meter.records, index: before.position.index });
      return before.position;
    }
    throw new Error('the copied state does not match the primary although nothing was written meanwhile');
  }

  /** Fetches single records anew, for instance ones that fail authentication here. */
  async repair(keys: readonly string[]): Promise<void> {
    await this.fetch(keys);
  }

  private async needsCopy(): Promise<boolean> {
    const { store } = this.parts;
    if ((await readSyncNote(store.local))?.phase === 'copy') return true;
    return (await store.replicated.keys('', { limit: ALMOST_EMPTY + 1 })).length <= ALMOST_EMPTY;
  }

  private async copyAll(signal?: AbortSignal): Promise<void> {
    this.phase = 'merkle-sync';
    const { store, peer } = this.parts;
    const note = await readSyncNote(store.local);
    let after: ScanPlace | undefined = note?.phase === 'copy' ? note.after : undefined;
    const skippedBuckets = after?.bucket ?? 0;
    let next = peer.scan(after, SCAN_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const records = await next;
      const last = records.at(-1);
      if (last === undefined) {
        this.meter.expect(this.meter.records);
        return;
      }
      const place: ScanPlace = (after = { bucket: last.bucket, key: last.key });
      // The next page travels while this one is being written.
      next = peer.scan(place, SCAN_BYTES);
      next.catch(() => undefined);
      await store.applySync(records, ({ local }) => writeSyncNote(local, { phase: 'copy', after: place }));
      this.meter.add(records);
      this.estimate(place.bucket + 1, skippedBuckets);
    }
  }

  /** Keys spread evenly over the buckets, so the buckets passed tell how many records there are. */
  private estimate(passed: number, skipped: number): void {
    const fraction = (passed - skipped) / (PAGES * BUCKETS_PER_PAGE - skipped);
    if (fraction > 0) this.meter.expect(Math.round(this.meter.records / fraction));
  }

  private async mendDifferences(signal?: AbortSignal): Promise<void> {
    const { store, peer } = this.parts;
    for await (const { wanted, surplus } of differences(store, peer)) {
      signal?.throwIfAborted();
      if (wanted.length + surplus.length > 0) this.phase = 'merkle-sync';
      this.meter.expectMore(wanted.length + surplus.length);
      if (surplus.length > 0) await this.apply(surplus.map((key) => ({ key, value: null })));
      await this.fetch(wanted, signal);
    }
  }

  private async fetch(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let at = 0; at < keys.length; ) {
      signal?.throwIfAborted();
      const records = await this.parts.peer.fetch(keys.slice(at, at + KEYS_PER_FETCH));
      if (records.length === 0) throw new Error('the primary answered a request for records with none');
      await this.apply(records);
      at += records.length;
    }
  }

  private async apply(records: readonly MutationRecord[]): Promise<void> {
    await this.parts.store.applySync(records);
    this.meter.add(records);
  }
}
