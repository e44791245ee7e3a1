import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file is replaced by another that is whole before it takes the place. */
export const successorOf = (path: string): string => `${path}.joining`;

/** Deletes a database with its log. */
export function dropFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

/**
 * Puts the successor in the place of a file; both are closed, their logs written into them. Between the two renames no file
 * is in the place: `finishReplacement` then finishes what was begun.
 *
 * @returns where the former file lies, `undefined` when it is gone.
 */
export function putInPlace(path: string, keptAt: Date | undefined): string | undefined {
  const aside = keptAt && `${path}.wiped-${keptAt.toISOString().replace(/[:.]/g, '-')}`;
  // A log of the former file must not be taken for one of its successor.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  if (aside !== undefined) renameSync(path, aside);
  renameSync(successorOf(path), path);
  syncFolder(path);
  return aside;
}

/** After a crash: a successor that was to take an empty place takes it; one that was not ready goes. */
export function finishReplacement(path: string): void {
  if (!existsSync(path) && existsSync(successorOf(path))) {
    renameSync(successorOf(path), path);
    syncFolder(path);
  }
  dropFiles(successorOf(path));
}

/** Names survive a power cut only once their folder is on the disk. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
