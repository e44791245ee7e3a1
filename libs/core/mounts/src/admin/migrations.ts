import type { Migration } from '@tidelock/engine-api';
import { deleteRecord, putRecord, readRecord } from '@tidelock/core/scope';
import { newUuid } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { FORMER_REMOUNTS, REMOUNT_PREFIX } from '../records/mount-records';

/** How many moves of a mount are remembered. */
const KEPT = 20;

export interface MovedMount {
  readonly uuid: string;
  readonly local: boolean;
}

/** Notes a move that happens in this unit. @returns its id. */
export async function noteMigration(
  unit: UnitOfWork,
  { uuid, local }: MovedMount,
  sourceMount: string,
  targetMount: string,
): Promise<string> {
  const migration: Migration = { id: newUuid(), sourceMount, targetMount, status: 'success' };
  await addMoves(unit, { uuid, local }, [migration]);
  return migration.id;
}

/** Gives the moves that an earlier version kept in one record each to its mount, as far as that is known. */
export async function splitFormerMigrations(
  unit: UnitOfWork,
  local: boolean,
  uuidAt: (path: string) => string | undefined,
): Promise<void> {
  const former = await movesIn(unit, local, FORMER_REMOUNTS);
  if (former.length === 0) return;
  for (const migration of former) {
    const uuid = uuidAt(migration.targetMount);
    if (uuid !== undefined) await addMoves(unit, { uuid, local }, [], [migration]);
  }
  deleteRecord(unit, local, FORMER_REMOUNTS);
}

export async function findMigration(unit: UnitOfWork, id: string): Promise<Migration | undefined> {
  for (const local of [false, true]) {
    const keys = await (local ? unit.local : unit.replicated).keys(REMOUNT_PREFIX);
    for (const key of [...keys, FORMER_REMOUNTS]) {
      const found = (await movesIn(unit, local, key)).find((migration) => migration.id === id);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The mount is gone, and what was known of its moves with it. */
export async function forgetMigrations(unit: UnitOfWork, { uuid, local }: MovedMount): Promise<void> {
  if ((await readRecord(unit, local, REMOUNT_PREFIX + uuid)) !== undefined)
    deleteRecord(unit, local, REMOUNT_PREFIX + uuid);
}

async function addMoves(
  unit: UnitOfWork,
  { uuid, local }: MovedMount,
  newer: readonly Migration[],
  older: readonly Migration[] = [],
): Promise<void> {
  const key = REMOUNT_PREFIX + uuid;
  const moves = [...newer, ...(await movesIn(unit, local, key)), ...older].slice(0, KEPT);
  putRecord(unit, local, key, Buffer.from(JSON.stringify(moves)));
}

async function movesIn(unit: UnitOfWork, local: boolean, key: string): Promise<Migration[]> {
  const value = await readRecord(unit, local, key);
  return value === undefined ? [] : (JSON.parse(value.toString('utf8')) as Migration[]);
}
