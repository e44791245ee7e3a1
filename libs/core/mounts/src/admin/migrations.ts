import type { Migration } from '@tidelock/engine-api';
import { newUuid } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { putRecord, readRecord } from '../table/mount-records';

/** The last moves of mounts, newest first: replicated with the mounts, those of local mounts local. */
const KEY = 'core/remounts';

/** How many are remembered. */
const KEPT = 100;

/** Notes a move that happens in this unit. @returns its id. */
export async function noteMigration(unit: UnitOfWork, local: boolean, sourceMount: string, targetMount: string): Promise<string> {
  const migration: Migration = { id: newUuid(), sourceMount, targetMount, status: 'success' };
  const former = await migrationsOf(unit, local);
  putRecord(unit, local, KEY, Buffer.from(JSON.stringify([migration, ...former].slice(0, KEPT))));
  return migration.id;
}

export async function findMigration(unit: UnitOfWork, id: string): Promise<Migration | undefined> {
  const all = await Promise.all([migrationsOf(unit, false), migrationsOf(unit, true)]);
  return all.flat().find((migration) => migration.id === id);
}

async function migrationsOf(unit: UnitOfWork, local: boolean): Promise<Migration[]> {
  const value = await readRecord(unit, local, KEY);
  return value === undefined ? [] : (JSON.parse(value.toString('utf8')) as Migration[]);
}
