import type { EngineLifecycle, MountView, StorageView } from '@tidelock/engine-api';
import { scopeOf } from '@tidelock/core/scope';
import { type Clock, type Logger } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import type { Attempts } from './attempts';
import type { Calls } from './calls';
import { deleteIntent, type IntentRecord, putIntent, readIntent } from './intent-record';

/** A mount whose engine intended something. */
interface IntendingMount {
  readonly mount: MountView;
  /** Absent, as the members below, where this build has no such engine. */
  readonly instance?: EngineLifecycle;
  /** Hands out what the engine keeps for the mount. */
  readonly open?: { use<T>(work: (state: unknown) => Promise<T>): Promise<T> };
  /** Within the unit that was asked for. */
  readonly storage?: StorageView;
}

export interface UndoerNeeds {
  readonly attempts: Attempts;
  readonly calls: Calls;
  /** The mount, wherever it is now; `undefined`: it is gone. */
  readonly mountOf: (unit: UnitOfWork, uuid: string) => IntendingMount | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** There is nobody to ask before the mount is back. */
export class MountGone extends Error {
  constructor(readonly intent: IntentRecord) {
    super(`the mount ${intent.path} is gone`);
  }
}

/** Who asks for units that read and write records alone. */
const INTENTS = { place: 'intents' };

/** Has engines undo what they intended. */
export class IntentUndoer {
  constructor(private readonly needs: UndoerNeeds) {}

  /**
   * @param isOver whether nothing comes of it any more: then its record goes; otherwise it is to be undone once more.
   * @returns the moment from which on that is so (ms since the Unix epoch); `undefined`: the record is gone.
   * @throws what the engine throws, OUTSIDE_UNANSWERED, and `MountGone`; the record stays.
   */
  async undo(id: string, isOver: (intent: IntentRecord) => boolean): Promise<number | undefined> {
    const intent = await this.claim(id);
    if (intent === undefined) return undefined;
    const { attempts, calls } = this.needs;
    const asker = { place: intent.path, mount: intent.mount };
    const goes = isOver(intent);
    const answer = await calls.make(asker, `undo ${intent.kind}`, (signal) =>
      attempts.transact({ ...asker, gone: () => signal }, async (unit) => {
        await this.ask(unit, intent);
        if (goes) deleteIntent(unit.local, id);
      }),
    );
    if ('error' in answer) throw answer.error;
    return goes ? undefined : intent.until;
  }

  /** Whether it is of a mount below a full path, wherever that mount was when the effect was made. */
  isBelow(id: string, folder: string): Promise<boolean> {
    return this.needs.attempts.transact(INTENTS, async (unit) => {
      const intent = await readIntent(unit.local, id);
      if (intent === undefined || intent === 'damaged') return false;
      return (this.needs.mountOf(unit, intent.mount)?.mount.path ?? intent.path).startsWith(folder);
    });
  }

  /** Nobody undoes it any more: the log names it. */
  async giveUp(id: string, reason: string): Promise<void> {
    const intent = await this.needs.attempts.transact(INTENTS, async ({ local }) => {
      const found = await readIntent(local, id);
      deleteIntent(local, id);
      return found;
    });
    if (intent === undefined || intent === 'damaged') return;
    this.tellLeftBehind('an effect outside the store was given up; nobody undoes it', intent, { reason });
  }

  /** From here on no request commits with it. */
  private async claim(id: string): Promise<IntentRecord | undefined> {
    const intent = await this.needs.attempts.transact(INTENTS, async ({ local }) => {
      const found = await readIntent(local, id);
      if (found === 'damaged') deleteIntent(local, id);
      else if (found !== undefined && !found.undoing) putIntent(local, id, { ...found, undoing: true });
      return found;
    });
    if (intent !== 'damaged') return intent;
    this.needs.logger.error(
      'the record of an effect outside the store was changed outside the service; nobody undoes the effect',
      { intent: id },
    );
    return undefined;
  }

  private async ask(unit: UnitOfWork, intent: IntentRecord): Promise<void> {
    const { mount: uuid, kind, facts } = intent;
    const found = this.needs.mountOf(unit, uuid);
    if (found === undefined) throw new MountGone(intent);
    const { instance, mount, open, storage } = found;
    if (instance?.undoIntent === undefined || open === undefined || storage === undefined)
      throw new Error(`this build has no engine for ${mount.path} that can undo it`);
    const [scope, now] = [scopeOf(unit), this.needs.clock.now()];
    await open.use(async (state) => instance.undoIntent?.({ kind, facts }, { mount, state, storage, scope, now }));
  }

  tellLeftBehind(message: string, { path, kind, facts, time }: IntentRecord, more: object = {}): void {
    this.needs.logger.error(message, {
      mount: path,
      kind,
      facts: JSON.stringify(facts),
      noted: new Date(time).toISOString(),
      ...more,
    });
  }
}
