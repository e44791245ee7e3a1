import { TidelockError } from '@tidelock/kernel';
import { encodeMutation } from '../journal/mutation-codec';
import type { LocalTable } from '../ports/local-view';
import { SEAL_RECORDS } from '../ports/seal-records';
import type { AppendPlace } from '../ports/outbox';
import type { MutationRecord } from '../ports/store';
import type { StreamPosition } from '../ports/stream-sink';
import { ReadRanges } from '../unit-of-work/read-ranges';
import type { Unit } from '../unit-of-work/unit';
import type { ValueSealing } from '../unit-of-work/value-sealing';
import { footprintOf, type Group, type LocalChange } from './group';
import type { History } from './history';
import type { Job } from './job';

export interface UnitContext {
  readonly history: History;
  readonly sealing: ValueSealing;
  readonly journaling: () => boolean;
  readonly maxMutationBytes: number;
}

/** A request's unit of work. */
export function unitJob(unit: Unit, { history, sealing, journaling, maxMutationBytes }: UnitContext): Job {
  const records = recordsOf(unit);
  const local = localChangesOf(unit, sealing);
  const body = records.length > 0 && journaling() ? encodeMutation({ records, cause: unit.cause }) : undefined;
  return {
    origin: 'request',
    join(group) {
      unit.lastCheck?.();
      // Again: the cluster's role may have changed since the unit wrote.
      if (records.length > 0) unit.guard();
      history.refuseOvertaken(unit.reads, unit.began);
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
      group.addRecords(records);
      group.addLocal(local);
      return footprintOf(unit.replicated.changes.keys(), local);
    },
  };
}

/** A unit whose local rows are part of another job. */
export interface JoinedUnit extends Pick<UnitContext, 'history' | 'sealing'> {
  readonly unit: Unit;
}

/** Mutations of the stream, with the place they lead to. */
export function streamJob(
  mutations: readonly (readonly MutationRecord[])[],
  position: StreamPosition,
  began?: JoinedUnit,
): Job {
  mutations.forEach(requireKeys);
  const local = localRowsOf(began);
  return {
    origin: 'stream',
    join(group) {
      requireUnchanged(began);
      group.counters.localIndex += 1;
      group.counters.replicatedIndex = position.index;
      group.stream = position;
      const keys: string[] = [];
      for (const records of mutations) {
        group.addRecords(records);
        for (const { key } of records) keys.push(key);
      }
      group.addLocal(local);
      return footprintOf(keys, local);
    },
  };
}

/** Records copied from the primary, with local rows that note the progress. The place in the stream stays. */
export function syncJob(records: readonly MutationRecord[], also: Unit | undefined, sealing: ValueSealing): Job {
  requireKeys(records);
  const local = also ? localChangesOf(also, sealing) : [];
  return {
    origin: 'sync',
    join(group) {
      group.counters.localIndex += 1;
      group.addRecords(records);
      group.addLocal(local);
      return footprintOf(
        records.map(({ key }) => key),
        local,
      );
    },
  };
}

/** Records that were damaged, as they had been committed before `began`: no mutation, and nothing that is newer gives way to them. */
export function restoreJob(records: readonly MutationRecord[], began: number, history: History): Job {
  const keys = new Set(records.map(({ key }) => key));
  return {
    origin: 'sync',
    join(group) {
      history.refuseOvertaken(
        {
          replicatedKeys: keys,
          replicatedRanges: new ReadRanges(),
          localRows: new Set(),
          localRanges: new ReadRanges(),
          localQueries: [],
        },
        began,
      );
      group.counters.localIndex += 1;
      group.addRecords(records);
      return footprintOf(keys, []);
    },
  };
}

export interface Move {
  readonly records: readonly MutationRecord[];
  readonly began: JoinedUnit | undefined;
  readonly dropsJournal: boolean;
}

export function moveJob(position: StreamPosition | undefined, { records, began, dropsJournal }: Move): Job {
  requireKeys(records);
  const local = localRowsOf(began);
  return {
    origin: 'sync',
    // What comes behind it is not to be dropped.
    closesGroup: dropsJournal,
    join(group: Group) {
      requireUnchanged(began);
      if (position !== undefined) group.counters.replicatedIndex = position.index;
      group.stream = position;
      if (dropsJournal) group.dropJournalAfter(group.counters.replicatedIndex);
      group.addRecords(records);
      group.addLocal(local);
      return footprintOf(
        records.map(({ key }) => key),
        local,
      );
    },
  };
}

export interface AppendOrder {
  readonly kind: string;
  readonly body: (at: AppendPlace) => Buffer;
  readonly epoch: () => number;
  readonly merkleRoot: () => string;
  readonly viewRoots: () => Readonly<Record<string, string>>;
  /** The unit that the row goes on with: its records are a mutation right before the row. */
  readonly began?: Unit;
  /** Local rows that belong to the row: given its index, committed with it. */
  readonly localRows?: (index: number) => Unit;
  readonly sealing: ValueSealing;
  readonly journaling: () => boolean;
}

/** A journal row without records, behind those of the unit that it goes on with. */
export function appendJob({
  kind,
  body,
  epoch,
  merkleRoot,
  viewRoots,
  began,
  localRows,
  sealing,
  journaling,
}: AppendOrder): Job {
  const records = began ? recordsOf(began) : [];
  return {
    origin: 'request',
    closesGroup: true,
    join(group) {
      if (records.length > 0) began?.guard();
      const mutationIndex = group.counters.replicatedIndex + (records.length > 0 ? 1 : 0);
      const index = mutationIndex + 1;
      const unit = localRows?.(index);
      const local = unit ? localChangesOf(unit, sealing) : [];
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
      const made = (): Buffer => body({ index, epoch: epoch(), merkleRoot: merkleRoot(), viewRoots: viewRoots() });
      group.journal.push({ index, kind, cause: { requestId: '', path: '' }, body: made });
      group.addRecords(records);
      group.addLocal(local);
      return footprintOf(
        records.map(({ key }) => key),
        local,
      );
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

const localRowsOf = (began: JoinedUnit | undefined): LocalChange[] =>
  began ? localChangesOf(began.unit, began.sealing) : [];

function requireUnchanged(began: JoinedUnit | undefined): void {
  began?.history.refuseOvertaken(began.unit.reads, began.unit.began);
}

function localChangesOf({ local }: Unit, sealing: ValueSealing): LocalChange[] {
  const changes: LocalChange[] = [];
  for (const [table, rows] of local.changes) {
    for (const [id, row] of rows)
      changes.push({ table, id, row: row === null ? undefined : sealing.sealRow(table as LocalTable, row) });
  }
  return changes;
}
