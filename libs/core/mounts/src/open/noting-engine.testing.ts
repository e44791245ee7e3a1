import { type BackgroundTask, Engine, type MountContext } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import { loadedRoom } from '../mounts-room.testing';

interface State {
  readonly at: MountContext;
  readonly seen: string[];
}

/** An engine that notes what is asked of it. */
@Engine({ kind: 'secret', type: 'notes', help: 'Notes.', localPrefixes: ['here/'] })
export class Notes {
  readonly log: string[] = [];
  readonly runs: string[] = [];
  /** Waited for by each opening. */
  opening: Promise<unknown> = Promise.resolve();
  failing = false;
  /** Waited for by each run of a task, which ignores its signal. */
  running: Promise<unknown> = Promise.resolve();
  /** Of the last run, by the task's place. */
  readonly signals: Record<string, AbortSignal> = {};
  readonly background: readonly BackgroundTask<State>[] = (['writer', 'each-cluster'] as const).map((on) => ({
    name: `${on}-task`,
    everySeconds: 60,
    on,
    run: async ({ mount, signal }) => {
      this.runs.push(`${on} ${mount.path}`);
      this.signals[on] = signal;
      await this.running;
    },
  }));

  async open(at: MountContext): Promise<State> {
    this.log.push(`open ${at.mount.path}`);
    await this.opening;
    if (this.failing) throw new TidelockError('STORAGE_UNAVAILABLE');
    return { at, seen: [] };
  }

  close({ at }: State): void {
    this.log.push(`close ${at.mount.path} ${at.signal.aborted}`);
  }

  invalidate({ seen }: State, key: string): void {
    seen.push(key);
  }
}

/** Around one mount table, whose mounts are open, of an engine that notes. */
export async function room(notes = new Notes()) {
  const made = await loadedRoom({ engines: [notes] });
  await made.runtime.root.begin({
    name: 'unsealed',
    start: async (life) => {
      await life.begin(made.table);
      await made.table.load();
      await life.begin({
        name: 'active',
        start: async (active) => void (await active.begin(made.table.parts.writers)),
      });
    },
  });
  const state = (path: string): Promise<State> => made.table.route(path)!.open!.use(async (value) => value as State);
  return { ...made, notes, state };
}
