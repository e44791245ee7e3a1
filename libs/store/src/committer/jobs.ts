import { TidelockError } from '@tidelock/kernel';
import { encodeMutation } from '../journal/mutation-codec';
import { SEAL_RECORDS } from '../ports/seal-records';
import type { MutationRecord } from '../ports/store';
import type { MoveChange, StreamPosition } from '../ports/stream-sink';
import type { CommittedChange } from '../ports/unit-of-work';
import type { LocalChange } from '../unit-of-work/local-changes';
import type { Unit } from '../unit-of-work/unit';
import type { Group } from './group';
import type { Footprint } from './history';

/** One piece of work for the committer. */
export interface Job {
  readonly origin: CommittedChange['origin'];
  /**
   * Adds its changes to the group. Nothing is added when it throws.
   *
   * @returns what it changes, for the units that read meanwhile.
   */
  join(group: Group): Footprint;
  /**
   * What it does comes again by itself, should it be lost: it need not be on the disk when it is committed. Local rows do not come again, what opens
   * this cluster cannot, and a place without records is somebody's decision.
   */
  readonly comesAgain?: boolean;
  /** The group ends behind this job: its journal body speaks of the state exactly here. */
  readonly closesGroup?: boolean;
}

/** A request's unit of work. */
export function unitJob(
  unit: Unit,
  { journaling, maxMutationBytes }: { readonly journaling: boolean; readonly maxMutationBytes: number },
): Job {
  const records = recordsOf(unit);
  const local = unit.local.sealed();
  const body = records.length > 0 && journaling ? encodeMutation({ records, cause: unit.cause }) : undefined;
  return {
    origin: 'request',
    join(group) {
      unit.lastCheck?.();
      // Again: the cluster's role may have changed since the unit wrote.
      if (records.length > 0) unit.guard();
      unit.refuseOvertaken();
      if (body !== undefined && body.length > maxMutationBytes) throw new TidelockError('REQUEST_TOO_LARGE');
      group.counters.localIndex += 1;
      if (records.length > 0) group.counters.replicatedIndex += 1;
      if (body !== undefined)
        group.journal.push({
          index: group.counters.replicatedIndex,
          kind: 'mutation',
          cause: unit.cause,
          body: () => body,
        });
      return group.add(records, local);
    },
  };
}

export interface StreamOrder {
  readonly mutations: readonly (readonly MutationRecord[])[];
  /** The place they lead to. */
  readonly position: StreamPosition;
  /** Its local rows are part of it. */
  readonly unit: Unit | undefined;
  /** Where they were judged from; absent: from wherever this cluster stands. */
  readonly from: StreamPosition | undefined;
}

/** Mutations of the stream. */
export function streamJob({ mutations, position, unit, from }: StreamOrder): Job {
  const records = mutations.flat();
  requireKeys(records);
  const local = unit?.local.sealed() ?? [];
  return {
    origin: 'stream',
    comesAgain: local.length === 0 && isBroughtAgain(records),
    join(group) {
      unit?.refuseOvertaken();
      if (from !== undefined && !isSamePlace(from, group.stream)) throw new TidelockError('WRITE_CONFLICT');
      group.counters.localIndex += 1;
      group.counters.replicatedIndex = position.index;
      group.stream = position;
      return group.add(records, local);
    },
  };
}

/** Records copied from the primary, with local rows that note the progress. The place in the stream stays. */
export function syncJob(records: readonly MutationRecord[], local: readonly LocalChange[] = []): Job {
  requireKeys(records);
  return {
    origin: 'sync',
    // The note is lost with the records that it tells of.
    comesAgain: isBroughtAgain(records),
    join(group) {
      group.counters.localIndex += 1;
      return group.add(records, local);
    },
  };
}

/** A database that lost its newest commits in a crash stands further back. */
const isSamePlace = (a: StreamPosition, b: StreamPosition | undefined): boolean =>
  b !== undefined && a.epoch === b.epoch && a.index === b.index && a.digest.equals(b.digest);

/** By the primary: there are some, and none opens this cluster. */
const isBroughtAgain = (records: readonly MutationRecord[]): boolean =>
  records.length > 0 && !records.some(({ key }) => SEAL_RECORDS.has(key));

/** Records that were damaged, as they had been committed before the unit began: no mutation, and nothing that is newer gives way to them. */
export function restoreJob(records: readonly MutationRecord[], unit: Unit): Job {
  for (const { key } of records) unit.replicated.readKeys.add(key);
  return {
    origin: 'sync',
    join(group) {
      unit.refuseOvertaken();
      group.counters.localIndex += 1;
      return group.add(records, []);
    },
  };
}

export function moveJob(position: StreamPosition | undefined, change: MoveChange): Job {
  const { records = [], dropsJournal = false } = change;
  const unit = change.unit as Unit | undefined;
  requireKeys(records);
  const local = unit?.local.sealed() ?? [];
  return {
    origin: 'sync',
    // What comes behind it is not to be dropped.
    closesGroup: dropsJournal,
    join(group) {
      unit?.refuseOvertaken();
      if (position !== undefined) group.counters.replicatedIndex = position.index;
      group.stream = position;
      if (dropsJournal) group.dropJournalAfter(group.counters.replicatedIndex);
      return group.add(records, local);
    },
  };
}

export interface AppendOrder {
  readonly kind: string;
  /** Made inside the transaction. */
  readonly body: (index: number) => Buffer;
  /** The unit that the row goes on with: its records are a mutation right before the row. */
  readonly began: Unit | undefined;
  /** Local rows that belong to the row: given its index, committed with it. */
  readonly localRows: (index: number) => readonly LocalChange[];
  readonly journaling: () => boolean;
}

/** A journal row without records, behind those of the unit that it goes on with. */
export function appendJob({ kind, body, began, localRows, journaling }: AppendOrder): Job {
  const records = began ? recordsOf(began) : [];
  return {
    origin: 'request',
    closesGroup: true,
    join(group) {
      if (records.length > 0) began?.guard();
      const mutationIndex = group.counters.replicatedIndex + (records.length > 0 ? 1 : 0);
      const index = mutationIndex + 1;
      const local = localRows(index);
      group.counters.localIndex += 1;
      group.counters.replicatedIndex = index;
      if (began && records.length > 0 && journaling()) {
        group.journal.push({
          index: mutationIndex,
          kind: 'mutation',
          cause: began.cause,
          body: () => encodeMutation({ records, cause: began.cause }),
        });
      }
      group.journal.push({ index, kind, cause: { requestId: '', path: '' }, body: () => body(index) });
      return group.add(records, local);
    },
  };
}

/** Whoever asks for it, a primary included: without these nobody opens anything. */
function requireKeys(records: readonly MutationRecord[]): void {
  const gone = records.find(({ key, value }) => value === null && SEAL_RECORDS.has(key));
  if (gone !== undefined) throw new TidelockError('INVALID_REQUEST', `${gone.key} cannot be deleted`);
}

const recordsOf = ({ replicated }: Unit): MutationRecord[] =>
  [...replicated.changes].map(([key, value]) => ({ key, value }));
