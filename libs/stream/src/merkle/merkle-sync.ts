import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import {
  KEYRING,
  type MerkleStore,
  type MutationRecord,
  type ScanPlace,
  SHARES,
  type Store,
  type StoreAdmin,
  type StreamPosition,
  type StreamSink,
  type UnitOfWork,
} from '@tidelock/store';
import { assertAlive } from '../apply/assert-alive';
import type { FollowEffects } from '../apply/message-effect';
import type { MerklePeer, MerkleRoot } from '../ports/merkle-peer';
import { BUCKETS_PER_PAGE, KEYS_PER_CALL, PAGES } from './call-sizes';
import { damagedPeerTree, differences, differingBuckets, lackOf } from './merkle-difference';
import { readSyncNote, type RemainingDifference, writeSyncNote } from '../apply/sync-note';
import { ProgressMeter, type SyncProgress } from './sync-progress';

/** Vault's names for what a secondary out of step is doing. */
export type SyncPhase = 'merkle-diff' | 'merkle-sync';

export interface SyncParts {
  readonly store: Pick<Store, 'local' | 'replicated' | 'transact'> &
    Pick<StreamSink, 'applySync' | 'moveTo'> &
    Pick<MerkleStore, 'merkle'> &
    Pick<StoreAdmin, 'integrity'>;
  readonly peer: MerklePeer;
  /** Fetches the keys of the stream: a change of them may lie before the place that is reached, where the stream no longer tells of it. */
  readonly refreshKeys?: () => Promise<void>;
  /** What commits with the place that is reached. */
  readonly effect?: FollowEffects['ofSync'];
  readonly clock: Clock;
  readonly logger: Logger;
}

const SCAN_BYTES = 2 * 1024 * 1024;
/** A store with no more than this holds only what joining put there. */
const ALMOST_EMPTY = 16;
const MOST_PASSES = 3;
/** In this order: shares that are a step ahead of the keyring open it, too. */
const SHARES_AND_KEYRING: readonly string[] = [KEYRING, SHARES];

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
 *
 * A record that cannot be had (damaged on the primary, or not taken by this store) is named in `difference` and holds up nothing else.
 */
export class MerkleSync {
  phase: SyncPhase = 'merkle-diff';
  /** After a run: why this replica still differs, where nothing more can be done here. The stream is followed all the same. */
  difference: RemainingDifference | undefined;
  /** Keys that cannot be had, and why. */
  private readonly unrepairable = new Map<string, string>();
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
    const { store, peer } = this.parts;
    if (await this.needsCopy()) await this.copyAll(signal);
    for (let pass = 1; pass <= MOST_PASSES; pass++) {
      const before = await peer.root();
      if (before.root !== store.merkle.root()) {
        // Leaves that are equal below digests that differ: what this store says of itself is wrong, if it is here.
        if (pass > 1) await store.integrity.rebuild(await differingBuckets(store, peer));
        await this.takeKeyring();
        await this.repairDifferences(signal);
      }
      const after = await peer.root();
      if (!(await this.isAllThatCanBeHad(before, after, pass))) continue;
      await this.arrive(before, after.index);
      this.tellOf(before.position);
      return before.position;
    }
    throw new Error('the copied state does not match the primary although nothing was written meanwhile');
  }

  /** The place with what it means and the keys of what lies behind it, or the comparison counts for nothing. */
  private async arrive(reached: MerkleRoot, fuzzyUntil: number): Promise<void> {
    const { store, effect, refreshKeys } = this.parts;
    await refreshKeys?.();
    const withPlace = async (unit: UnitOfWork) => {
      writeSyncNote(unit.local, { phase: 'done', fuzzyUntil, ...(this.difference && { difference: this.difference }) });
      const done = await effect?.(reached, unit.local);
      await store.moveTo(reached.position, { unit });
      return done;
    };
    const known = await store.transact(withPlace, { commit: false });
    known?.();
  }

  private async isAllThatCanBeHad(before: MerkleRoot, after: MerkleRoot, pass: number): Promise<boolean> {
    const { store, peer } = this.parts;
    const equal = after.root === store.merkle.root();
    this.difference = equal ? undefined : lackOf(this.unrepairable);
    if (equal || after.index !== before.index || this.difference !== undefined) return true;
    if (pass === MOST_PASSES) this.difference = await damagedPeerTree(store, peer);
    return this.difference !== undefined;
  }

  private tellOf({ index }: StreamPosition): void {
    const { logger } = this.parts;
    if (this.difference === undefined) logger.info('in step with the primary', { records: this.meter.records, index });
    else logger.error('this replica differs from the primary and cannot be repaired now', { ...this.difference });
  }

  /**
   * Fetches single records anew, for instance ones that fail authentication here. They may be newer than the place in the stream.
   *
   * @returns the index that the stream has to pass before checkpoints can be compared again, and the keys that cannot be had, with why.
   */
  async repair(
    keys: readonly string[],
  ): Promise<{ readonly fuzzyUntil: number; readonly unrepairable: ReadonlyMap<string, string> }> {
    const { store, peer } = this.parts;
    await this.takeKeyring();
    await this.fetch(keys);
    const { index } = await peer.root();
    const note = await readSyncNote(store.local);
    const fuzzyUntil = Math.max(index, note?.phase === 'done' ? note.fuzzyUntil : 0);
    if (note?.phase === 'done') await store.applySync([], ({ local }) => writeSyncNote(local, { ...note, fuzzyUntil }));
    return { fuzzyUntil, unrepairable: this.unrepairable };
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
    signal?.throwIfAborted();
    let next = peer.scan(after, SCAN_BYTES);
    for (;;) {
      const records = await next;
      signal?.throwIfAborted();
      const last = records.at(-1);
      if (last === undefined) {
        this.meter.expect(this.meter.records);
        return;
      }
      const place: ScanPlace = (after = { bucket: last.bucket, key: last.key });
      // The next page travels while this one is being written.
      next = peer.scan(place, SCAN_BYTES);
      next.catch(() => undefined);
      await this.apply(records, ({ local }) => writeSyncNote(local, { phase: 'copy', after: place }));
      this.estimate(place.bucket + 1, skippedBuckets);
    }
  }

  /** Keys spread evenly over the buckets, so the buckets passed tell how many records there are. */
  private estimate(passed: number, skipped: number): void {
    const fraction = (passed - skipped) / (PAGES * BUCKETS_PER_PAGE - skipped);
    if (fraction > 0) this.meter.expect(Math.round(this.meter.records / fraction));
  }

  private async repairDifferences(signal?: AbortSignal): Promise<void> {
    const { store, peer } = this.parts;
    for await (const { wanted, surplus } of differences(store, peer)) {
      signal?.throwIfAborted();
      if (wanted.length + surplus.length > 0) await this.differs();
      this.meter.expectMore(wanted.length + surplus.length);
      if (surplus.length > 0) await this.apply(surplus.map((key) => ({ key, value: null })));
      await this.fetch(wanted, signal);
    }
  }

  /** Noted before the first record is replaced: where this is cut off, a restart finds records of two states. */
  private async differs(): Promise<void> {
    const { store } = this.parts;
    this.phase = 'merkle-sync';
    if ((await readSyncNote(store.local))?.phase === 'due') return;
    await store.applySync([], ({ local }) => writeSyncNote(local, { phase: 'due' }));
  }

  /** Before what was sealed under it: a record that is read sooner than its key is here would count as damaged. */
  private async takeKeyring(): Promise<void> {
    const { store, peer } = this.parts;
    const [keyring] = await peer.fetch([KEYRING]);
    if (!keyring?.value || keyring.damaged || (await store.replicated.getSealed(KEYRING))?.equals(keyring.value))
      return;
    this.meter.expectMore(1);
    await this.apply([keyring]);
  }

  private async fetch(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let at = 0; at < keys.length;) {
      signal?.throwIfAborted();
      const records = await this.parts.peer.fetch(keys.slice(at, at + KEYS_PER_CALL));
      if (records.length === 0) throw new Error('the primary answered a request for records with none');
      for (const { key, damaged } of records)
        if (damaged) this.unrepairable.set(key, 'a record of the primary is damaged: overwrite or delete it there');
      await this.apply(records.filter(({ damaged }) => !damaged));
      at += records.length;
    }
  }

  /** A rekey changes the shares and the keyring together, and both are stored together: a crash in between would leave shares that open nothing. */
  private async withBothKeys(records: readonly MutationRecord[]): Promise<readonly MutationRecord[]> {
    const found = records.filter(({ key, value }) => SHARES_AND_KEYRING.includes(key) && value !== null);
    if (found.length === 0) return records;
    const both = (await this.parts.peer.fetch(SHARES_AND_KEYRING)).filter(({ damaged }) => !damaged);
    return [...records.filter((record) => !found.includes(record)), ...both];
  }

  private async apply(some: readonly MutationRecord[], also?: (unit: UnitOfWork) => void): Promise<void> {
    const { store } = this.parts;
    const records = await this.withBothKeys(some);
    try {
      await store.applySync(records, also);
    } catch (error) {
      await this.applyEach(records, error);
      if (also !== undefined) await store.applySync([], also);
    }
    this.meter.add(records);
  }

  /** One record that this store does not take keeps no other from being repaired. */
  private async applyEach(records: readonly MutationRecord[], cause: unknown): Promise<void> {
    const { store } = this.parts;
    await assertAlive(cause, () => store.applySync([]));
    for (const record of records) {
      await store.applySync([record]).catch(async (error: unknown) => {
        await assertAlive(error, () => store.applySync([]));
        this.unrepairable.set(record.key, `a record cannot be stored here: ${reasonOf(error)}`);
      });
    }
  }
}
