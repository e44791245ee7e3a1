import type { Intent, MountView } from '@tidelock/engine-api';
import type { Life, Part, Task, Timers } from '@tidelock/core/runtime';
import { badRequest, isTidelockError, newUuid, reasonOf, TidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';
import { LONGEST_CALL_MS } from './calls';
import { deleteIntent, INTENT_PREFIX, type IntentRecord, putIntent, readIntent } from './intent-record';
import { IntentUndoer, MountGone, type UndoerNeeds } from './intent-undoer';

export interface IntentsNeeds extends UndoerNeeds {
  readonly store: Pick<Store, 'local'>;
  readonly timers: Timers;
}

/** What this process knows of an intent beside its record. */
interface Known {
  /** A request is under way that may commit with it. */
  held: boolean;
  /** A request of this process noted it, so that it is known when nothing comes of it any more. */
  readonly ours: boolean;
  /** The effect, while it is being made. */
  underWay: Promise<void> | undefined;
  /** It is not undone before, ms since the Unix epoch; infinity: before its mount is back. */
  notBefore: number;
  /** After a failure: how long it rests, in ms, and why. */
  pause: number;
  reason: string | undefined;
}

/** How long something may come of an effect behind the time of its call, in an outside that is slow. */
const GRACE_MS = 30_000;
const RETRY = { first: 10_000, longest: 3_600_000 };
/** How long a mount that is disabled waits for effects that were cut off. */
const CUT_OFF_MS = 5000;
const AT_ONCE = 8;
/** What keeps all of them from being undone. */
const OF_THE_NODE: ReadonlySet<string> = new Set(['SEALED', 'STORAGE_UNAVAILABLE', 'FENCED', 'COMMIT_UNKNOWN']);

/**
 * Effects outside the store for which no commit stands. An intent's record is committed before its effect, and goes with the commit of its
 * request. What no request of this process holds is undone: its request failed, or another process made it, which has ended or lost the right to write.
 */
export class Intents implements Part {
  readonly name = 'intents';
  private readonly task: Task = { name: 'undo', retry: RETRY, run: (signal) => this.undoAll(signal) };
  readonly tasks = [this.task];
  private readonly known = new Map<string, Known>();
  private readonly undoer: IntentUndoer;
  private life: Life | undefined;

  constructor(private readonly needs: IntentsNeeds) {
    this.undoer = new IntentUndoer(needs);
  }

  start(life: Life): void {
    const { calls } = this.needs;
    this.life = life;
    calls.open();
    life.signal.addEventListener('abort', () => calls.close(new TidelockError('SEALED')), { once: true });
  }

  /** Something is to be undone, or somebody cannot be asked any more. */
  wake(): void {
    this.life?.wake(this.task);
  }

  /** Mounts have come: engines may be there again for what waited for them. */
  retryMounted(): void {
    for (const known of this.known.values()) if (known.notBefore === Infinity) known.notBefore = 0;
    this.wake();
  }

  /**
   * Commits an intent, so that its effect may be made. A request holds it until `release`.
   *
   * @returns its id.
   * @throws {TidelockError} INTERNAL where the engine could not undo it, and what the commit throws.
   */
  async note(mount: MountView, { kind, facts }: Intent): Promise<string> {
    const { attempts, clock, mountOf } = this.needs;
    const id = newUuid();
    const time = clock.now();
    const until = time + LONGEST_CALL_MS + GRACE_MS;
    const known = this.of(id, true);
    known.held = true;
    try {
      await attempts.transact({ place: mount.path }, async (unit) => {
        if (mountOf(unit, mount.uuid)?.instance?.undoIntent === undefined)
          throw new TidelockError('INTERNAL', `${mount.path}: the engine makes effects that it cannot undo`);
        putIntent(unit.local, id, { mount: mount.uuid, path: mount.path, kind, facts, time, until });
      });
      return id;
    } catch (error) {
      this.release(id);
      throw error;
    }
  }

  /** Makes the effect of an intent. */
  make<T>(id: string, effect: () => Promise<T>): Promise<T> {
    const known = this.of(id, true);
    const making = effect();
    const made = (): void => {
      known.underWay = undefined;
      known.notBefore = 0;
      if (!known.held) this.wake();
    };
    known.underWay = making.then(made, made);
    return making;
  }

  /** The request has ended: unless it committed with the intent, that is undone. */
  release(id: string): void {
    this.of(id, true).held = false;
    this.wake();
  }

  /** The unit's commit will stand for the effect. @throws {TidelockError} INTERNAL when it has been undone meanwhile. */
  async fulfil({ local }: UnitOfWork, id: string): Promise<void> {
    const intent = await readIntent(local, id);
    if (intent === undefined || intent === 'damaged' || intent.undoing)
      throw new TidelockError('INTERNAL', 'what the request had brought about outside was undone meanwhile');
    deleteIntent(local, id);
  }

  /**
   * A mount is unmounted from its path. Its calls are cut off. `before` the commit its intents are undone, while it can still be asked; `after`
   * it the log names those that wait for the mount to come back.
   *
   * @throws {TidelockError} INVALID_REQUEST naming the first that cannot be undone.
   */
  async undoForMount({ uuid, path }: Pick<MountView, 'uuid' | 'path'>, when: 'before' | 'after'): Promise<void> {
    this.needs.calls.cutOff(uuid, new TidelockError('CLIENT_GONE', `${path} is disabled or moved`));
    if (when === 'after') return this.wake();
    for await (const ids of this.pages())
      for (const id of ids) {
        const intent = await readIntent(this.needs.store.local, id);
        if (intent === undefined || intent === 'damaged' || intent.mount !== uuid) continue;
        const reason = (await this.isUnderWay(id)) ? 'it is still under way' : await this.tryUndo(id, () => true);
        if (reason !== undefined)
          throw badRequest(`failed to undo ${JSON.stringify(intent.kind)} of ${path}: ${reason}`);
      }
  }

  /**
   * Has what is left of the mounts below a path undone once more, and gives up what that fails for. What a request holds is left to its end.
   *
   * @param folder full path that ends in `/`; empty: all mounts.
   */
  async giveUp(folder: string): Promise<void> {
    for await (const ids of this.pages())
      await Promise.all(ids.filter((id) => !this.of(id).held).map((id) => this.undoOrGiveUp(id, folder)));
  }

  private async undoOrGiveUp(id: string, folder: string): Promise<void> {
    if (!(await this.undoer.isBelow(id, folder))) return;
    const reason = await this.tryUndo(id);
    if (reason === undefined) return;
    await this.undoer.giveUp(id, reason);
    this.known.delete(id);
  }

  private of(id: string, ours = false): Known {
    let known = this.known.get(id);
    if (known === undefined) {
      known = { held: false, ours, underWay: undefined, notBefore: 0, pause: 0, reason: undefined };
      this.known.set(id, known);
    }
    return known;
  }

  /** Waits a while for what was cut off. */
  private async isUnderWay(id: string): Promise<boolean> {
    const known = this.of(id);
    if (known.underWay === undefined) return false;
    let cancel: () => void = () => undefined;
    const patience = new Promise<void>((wake) => (cancel = this.needs.timers.after(CUT_OFF_MS, wake)));
    await Promise.race([known.underWay, patience]);
    cancel();
    return known.underWay !== undefined;
  }

  private async *pages(): AsyncGenerator<string[]> {
    for (let after = '', size = AT_ONCE; size === AT_ONCE;) {
      const keys = await this.needs.store.local.keys(INTENT_PREFIX, { after, limit: AT_ONCE });
      yield keys.map((key) => key.slice(INTENT_PREFIX.length));
      after = keys.at(-1) ?? '';
      size = keys.length;
    }
  }

  private async undoAll(signal: AbortSignal): Promise<number> {
    const { clock } = this.needs;
    const gone = new Set(this.known.keys());
    for await (const ids of this.pages()) {
      if (signal.aborted) return Infinity;
      for (const id of ids) gone.delete(id);
      const due = ids.filter((id) => !this.of(id).held && this.of(id).notBefore <= clock.now());
      await Promise.all(due.map((id) => this.tryUndo(id)));
    }
    for (const id of gone) if (!this.of(id).held) this.known.delete(id);
    const waiting = [...this.known.values()].filter(({ held }) => !held);
    const failed = waiting.filter(({ reason }) => reason !== undefined);
    if (failed[0]) {
      const text = `effects outside the store that are still to be undone: ${failed.length}; the first: ${failed[0].reason}`;
      throw new Error(text);
    }
    return Math.min(Infinity, ...waiting.map(({ notBefore }) => notBefore)) - clock.now();
  }

  /** @returns why it could not be undone. */
  private async tryUndo(
    id: string,
    isOver = (intent: IntentRecord) => this.isOver(id, intent),
  ): Promise<string | undefined> {
    const { clock, logger } = this.needs;
    const known = this.of(id);
    try {
      const again = await this.undoer.undo(id, isOver);
      if (again === undefined) this.known.delete(id);
      else Object.assign(known, { notBefore: again, pause: 0 });
      known.reason = undefined;
    } catch (error) {
      if (isTidelockError(error) && OF_THE_NODE.has(error.code)) throw error;
      if (error instanceof MountGone) return this.waitForMount(known, error);
      known.pause = Math.min(Math.max(2 * known.pause, RETRY.first), RETRY.longest);
      known.notBefore = clock.now() + known.pause;
      known.reason = reasonOf(error);
      logger.warn('an effect outside the store could not be undone', {
        intent: id,
        reason: known.reason,
        inMs: known.pause,
      });
    }
    return known.reason;
  }

  /** It is told once. A task that waits has not failed. */
  private waitForMount(known: Known, { intent, message }: MountGone): string {
    const text = 'the mount of an effect outside the store is gone; nobody undoes it unless the mount comes back';
    if (known.notBefore !== Infinity) this.undoer.tellLeftBehind(text, intent);
    Object.assign(known, { notBefore: Infinity, pause: 0, reason: undefined });
    return message;
  }

  private isOver(id: string, { until }: IntentRecord): boolean {
    const { ours, underWay } = this.of(id);
    return (ours && underWay === undefined) || this.needs.clock.now() >= until;
  }
}
