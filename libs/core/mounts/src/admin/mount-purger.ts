import type { Life, Part, Task } from '@tidelock/core/runtime';
import { hasIntents } from '@tidelock/core/outside';
import { deleteRecord, putRecord } from '@tidelock/core/scope';
import { isTidelockError, parseJson, stringifyJson } from '@tidelock/kernel';
import { type LocalReader, type Store, type UnitOfWork, unlessDamaged } from '@tidelock/store';
import { entryPrefix } from '../storage/storage-view';
import type { Mount } from '../records/mount';
import { mountKey, UNMOUNTED_PREFIX as MARK_PREFIX } from '../records/mount-records';

/** Entries deleted in one transaction. */
const CHUNK = 1000;
/** While leases keep local entries. */
const LOOK_AGAIN_MS = 60_000;

/** A mount that is gone and of which entries are left. */
interface Left {
  readonly local: boolean;
  /** Of a replicated mount that may only be hidden: as long as it has leases or intents here, it keeps its local entries. */
  readonly accessor?: string;
}

/** Destroys what disabled mounts had stored: at once where it is little, else in steps that survive a restart. */
export class MountPurger implements Part {
  readonly name = 'mount-purger';
  private readonly purge: Task = { name: 'purge', run: (signal) => this.finishAll(signal) };
  readonly tasks = [this.purge];
  /** By their id. */
  private readonly left = new Map<string, Left>();
  private life: Life | undefined;

  constructor(private readonly store: Pick<Store, 'begin' | 'local' | 'transact'>) {}

  /** Goes on with what an earlier run had begun. */
  async start(life: Life): Promise<void> {
    const unit = this.store.begin();
    for (const mark of await unit.local.keys(MARK_PREFIX))
      this.left.set(mark.slice(MARK_PREFIX.length), { ...(await readMark(unit.local, mark)), local: true });
    // Removed for good: it does not come back for its local entries.
    for (const mark of await unit.replicated.keys(MARK_PREFIX))
      this.left.set(mark.slice(MARK_PREFIX.length), { local: false });
    this.life = life;
  }

  stop(): void {
    this.left.clear();
  }

  /** Deletes the first entries within the unit that unmounts, and notes that there may be more. */
  async begin(unit: UnitOfWork, uuid: string, local: boolean): Promise<void> {
    await deleteChunk(unit, uuid, local);
    putRecord(unit, local, MARK_PREFIX + uuid, Buffer.from('{}'));
  }

  /** Deletes the rest, in units of its own, behind the requests. */
  finish({ uuid, local, accessor }: Pick<Mount, 'uuid' | 'local' | 'accessor'>): void {
    this.left.set(uuid, { local, ...(!local && { accessor }) });
    this.life?.wake(this.purge);
  }

  /** @throws what one of them met, once all have had their turn. */
  private async finishAll(signal: AbortSignal): Promise<number | void> {
    const failures: unknown[] = [];
    for (const [uuid, left] of [...this.left]) {
      if (signal.aborted) return undefined;
      await this.finishOne(uuid, left).then(
        // It may have gone once more meanwhile.
        (isDone) => isDone && this.left.get(uuid) === left && this.left.delete(uuid),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
    return this.left.size > 0 ? LOOK_AGAIN_MS : undefined;
  }

  /**
   * A replicated mount may have local entries besides (`localPrefixes`): they go first, on every cluster.
   *
   * @returns whether nothing is left.
   */
  private async finishOne(uuid: string, { local, accessor }: Left): Promise<boolean> {
    const isKept = accessor !== undefined && (await this.note(uuid, accessor)) && (await this.isNeeded(uuid, accessor));
    if (!isKept) await this.empty(uuid, true);
    try {
      if (!local) await this.empty(uuid, false);
    } catch (error) {
      // A secondary: the primary deletes them, and the stream brings it here.
      if (!isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
    }
    return !isKept;
  }

  /** A mount that comes back may take its local entries to undo what it had given here. */
  private async isNeeded(uuid: string, accessor: string): Promise<boolean> {
    const { local } = this.store;
    return (await local.leaseFigures()).some(({ mount }) => mount === accessor) || hasIntents(local, uuid);
  }

  /**
   * Notes that local entries are to be deleted, before any is: a seal forgets what is left.
   *
   * @returns `false` where they are the mount's again.
   */
  private note(uuid: string, accessor: string): Promise<boolean> {
    return this.store.transact(async (unit) => {
      if (await isMounted(unit, uuid)) return false;
      if ((await marksOf(unit, uuid, true)).length === 0)
        putRecord(unit, true, MARK_PREFIX + uuid, Buffer.from(stringifyJson({ accessor })));
      return true;
    });
  }

  /** Of a mount that is there again it deletes the mark alone. */
  private async empty(uuid: string, local: boolean): Promise<void> {
    const step = async (unit: UnitOfWork): Promise<boolean> => {
      unit.cause = { requestId: '', path: 'sys/mounts' };
      const isLeft = !(await isMounted(unit, uuid)) && (await deleteChunk(unit, uuid, local)) > 0;
      if (!isLeft) await deleteMark(unit, uuid, local);
      return isLeft;
    };
    while (await this.store.transact(step));
  }
}

const familyOf = (unit: UnitOfWork, local: boolean) => (local ? unit.local : unit.replicated);

/** What a local mark says: those of local mounts and of earlier builds nothing. */
async function readMark(local: LocalReader, mark: string): Promise<Pick<Left, 'accessor'>> {
  const row = await unlessDamaged(local.row('record', mark));
  return parseJson(row?.value.toString('utf8') ?? '{}') as Pick<Left, 'accessor'>;
}

/** Asked in the unit that deletes: a mount that comes back overtakes it. Its record is not read, as it may be damaged. */
async function isMounted({ replicated, local }: UnitOfWork, uuid: string): Promise<boolean> {
  return (await Promise.all([replicated, local].map((family) => family.keys(mountKey(uuid))))).flat().length > 0;
}

/** Not read: a damaged one holds nothing up. */
const marksOf = (unit: UnitOfWork, uuid: string, local: boolean): Promise<string[]> =>
  familyOf(unit, local).keys(MARK_PREFIX + uuid);

async function deleteMark(unit: UnitOfWork, uuid: string, local: boolean): Promise<void> {
  for (const mark of await marksOf(unit, uuid, local)) deleteRecord(unit, local, mark);
}

/** @returns how many were deleted. */
async function deleteChunk(unit: UnitOfWork, uuid: string, local: boolean): Promise<number> {
  const keys = await familyOf(unit, local).keys(entryPrefix(uuid), { limit: CHUNK });
  for (const key of keys) deleteRecord(unit, local, key);
  return keys.length;
}
