import type { Life, Part, Task } from '@tidelock/core/runtime';
import { isTidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';
import { entryPrefix } from '../storage/storage-view';
import { deleteRecord, putRecord, UNMOUNTED_PREFIX as MARK_PREFIX } from '../records/mount-records';

/** Entries deleted in one transaction. */
const CHUNK = 1000;

/** Destroys what disabled mounts had stored: at once where it is little, else in steps that survive a restart. */
export class MountPurger implements Part {
  readonly name = 'mount-purger';
  private readonly purge: Task = { name: 'purge', run: (signal) => this.finishAll(signal) };
  readonly tasks = [this.purge];
  /** Mounts whose entries are to go, by their id: whether they were local. */
  private readonly left = new Map<string, boolean>();
  private life: Life | undefined;

  constructor(private readonly store: Pick<Store, 'begin' | 'transact'>) {}

  /** Goes on with what an earlier run had begun. */
  async start(life: Life): Promise<void> {
    const unit = this.store.begin();
    for (const local of [true, false])
      for (const mark of await familyOf(unit, local).keys(MARK_PREFIX))
        this.left.set(mark.slice(MARK_PREFIX.length), local);
    this.life = life;
  }

  stop(): void {
    this.life = undefined;
    this.left.clear();
  }

  /** Deletes the first entries within the unit that unmounts, and notes that there may be more. */
  async begin(unit: UnitOfWork, uuid: string, local: boolean): Promise<void> {
    await deleteChunk(unit, uuid, local);
    putRecord(unit, local, MARK_PREFIX + uuid, Buffer.from('{}'));
  }

  /** Deletes the rest, in units of its own, behind the requests. */
  finish(uuid: string, local: boolean): void {
    this.left.set(uuid, local);
    this.life?.wake(this.purge);
  }

  /** @throws what one of them met, once all have had their turn. */
  private async finishAll(signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (const [uuid, local] of [...this.left]) {
      if (signal.aborted) return;
      await this.finishOne(uuid, local).then(
        () => this.left.delete(uuid),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
  }

  /** A replicated mount may have local entries besides (`localPrefixes`): they go first, on every cluster. */
  private async finishOne(uuid: string, local: boolean): Promise<void> {
    if (!local) await this.empty(uuid, true, () => undefined);
    try {
      await this.empty(uuid, local, (unit) => deleteRecord(unit, local, MARK_PREFIX + uuid));
    } catch (error) {
      // A secondary: the primary deletes them, and the stream brings it here.
      if (!isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
    }
  }

  private async empty(uuid: string, local: boolean, last: (unit: UnitOfWork) => void): Promise<void> {
    const step = async (unit: UnitOfWork): Promise<boolean> => {
      unit.cause = { requestId: '', path: 'sys/mounts' };
      const isLeft = (await deleteChunk(unit, uuid, local)) > 0;
      if (!isLeft) last(unit);
      return isLeft;
    };
    while (await this.store.transact(step));
  }
}

const familyOf = (unit: UnitOfWork, local: boolean) => (local ? unit.local : unit.replicated);

/** @returns how many were deleted. */
async function deleteChunk(unit: UnitOfWork, uuid: string, local: boolean): Promise<number> {
  const keys = await familyOf(unit, local).keys(entryPrefix(uuid), { limit: CHUNK });
  for (const key of keys) deleteRecord(unit, local, key);
  return keys.length;
}
