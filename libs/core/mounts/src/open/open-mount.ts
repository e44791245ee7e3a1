import { setMaxListeners } from 'node:events';
import type { BackgroundTask, MountContext } from '@tidelock/engine-api';
import type { Attempts } from '@tidelock/core/outside';
import type { Life, Part, Task } from '@tidelock/core/runtime';
import { scopeOf } from '@tidelock/core/scope';
import { type Clock, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { RegisteredEngine } from '../registry/engine-registry';
import { storageReaderOf, storageViewOf } from '../storage/storage-view';
import type { Mount } from '../records/mount';
import { isMounted } from '../records/mount-records';

export interface OpenMountNeeds {
  readonly store: Pick<Store, 'replicated' | 'local'>;
  readonly attempts: Pick<Attempts, 'transact'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether this cluster writes replicated state. */
  readonly writesHere: () => boolean;
}

const RETRY = { first: 1000, longest: 60_000 };

/**
 * One mount while it is served: what its engine keeps in memory for it, and its tasks. It opens by itself, and each request
 * waits for that; one that could not be opened is tried again with the next request.
 */
export class OpenMount implements Part {
  readonly name: string;
  /** Those that each cluster runs. */
  readonly tasks: readonly Task[];
  /** Those that run where the mount is written: they live elsewhere in the tree. */
  readonly writerTasks: readonly Task[];
  private readonly ended = new AbortController();
  /** Nobody waits any longer for what is still under way. */
  private over = false;
  private readonly context: MountContext;
  private opening: Promise<void> | undefined;
  private state: { readonly value: unknown } | undefined;
  /** Keys that changed while it was opened: it may have read them before. */
  private readonly changed = new Set<string>();
  private users = 0;
  private idle: () => void = () => undefined;

  /** @param mount as it is now. */
  constructor(
    readonly engine: RegisteredEngine,
    private readonly mount: () => Mount,
    private readonly needs: OpenMountNeeds,
  ) {
    this.name = mount().accessor;
    // Streams and what engines ask outside: any number at a time.
    setMaxListeners(0, this.signal);
    const { background = [], open } = engine.instance;
    if (open === undefined) this.state = { value: undefined };
    const tasksOn = (on: BackgroundTask['on']): Task[] =>
      background.filter((task) => task.on === on).map((task) => this.taskOf(task));
    this.tasks = tasksOn('each-cluster');
    this.writerTasks = tasksOn('writer');
    this.context = this.contextOf(this.signal);
  }

  /** Aborted when the mount closes, with the error for whoever waits for something of it. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Whether this cluster runs its writer's tasks. */
  get isWrittenHere(): boolean {
    return this.mount().local || this.needs.writesHere();
  }

  start(life: Life): void {
    life.signal.addEventListener('abort', () => this.end(new TidelockError('SEALED')), { once: true });
    this.openSoon();
  }

  /** Waits for all that is under way with the state: only then is it closed. */
  async stop(): Promise<void> {
    await this.opening?.catch(() => undefined);
    if (this.users > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    if (this.state !== undefined) await this.engine.instance.close?.(this.state.value);
  }

  /** It is no longer mounted: what comes is refused, what flows is cut. */
  leave(): void {
    this.end(closing(this.mount()));
  }

  /** What is still under way is refused from here on. */
  leaveBehind(): void {
    this.over = true;
  }

  /** Does the work with what the engine keeps for the mount. @throws what opening it throws; SEALED where it closes, or the work was left behind. */
  use<T>(work: (state: unknown) => Promise<T>): Promise<T> {
    const { open, close } = this.engine.instance;
    return open === undefined && close === undefined ? work(undefined) : this.useState(work);
  }

  private async useState<T>(work: (state: unknown) => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    this.users += 1;
    try {
      if (this.state === undefined) await this.opened();
      return await this.unlessOver(() => work(this.state?.value));
    } finally {
      this.users -= 1;
      if (this.users === 0) this.idle();
    }
  }

  private end(error: TidelockError): void {
    if (!this.signal.aborted) this.ended.abort(error);
  }

  /** @throws {TidelockError} SEALED where nobody waits for it any longer, before and behind it. */
  private async unlessOver<T>(work: () => Promise<T>): Promise<T> {
    if (this.over) this.signal.throwIfAborted();
    const result = await work();
    if (this.over) this.signal.throwIfAborted();
    return result;
  }

  /** @param key below the mount; `""`: all keys may have changed. */
  invalidate(key: string): void {
    if (this.state === undefined) {
      if (this.opening !== undefined) this.changed.add(key);
      return;
    }
    try {
      this.engine.instance.invalidate?.(this.state.value, key);
    } catch (error) {
      this.needs.logger.error('an engine could not drop what it had cached', {
        type: this.mount().type,
        reason: reasonOf(error),
      });
    }
  }

  private openSoon(): void {
    if (this.engine.instance.open === undefined) return;
    this.opened().catch((error: unknown) => {
      this.needs.logger.warn('a mount could not be opened; the next request tries it again', {
        path: this.mount().path,
        reason: reasonOf(error),
      });
    });
  }

  /** @throws what the engine throws. */
  private async opened(): Promise<void> {
    this.opening ??= this.openNow().finally(() => (this.opening = undefined));
    await this.opening;
  }

  private async openNow(): Promise<void> {
    const value = await this.engine.instance.open?.(this.context);
    this.state = { value };
    for (const key of this.changed) this.invalidate(key);
    this.changed.clear();
  }

  private taskOf(task: BackgroundTask): Task {
    return {
      name: task.name,
      every: task.everySeconds * 1000,
      retry: RETRY,
      run: (signal) => this.use((state) => task.run(this.contextOf(signal), state)),
    };
  }

  /** @param signal of the mount, or of the run of a task, which may end before it. */
  private contextOf(signal: AbortSignal): MountContext {
    const { mount, needs, engine } = this;
    const { store, attempts, logger, clock } = needs;
    const writes = (): MountContext['writes'] => (this.isWrittenHere ? 'here' : 'on-primary');
    return {
      get mount() {
        return mount();
      },
      get writes() {
        return writes();
      },
      logger,
      clock,
      signal,
      read: (work) => this.unlessOver(() => work(storageReaderOf(store, mount(), engine.options))),
      transact: (work) =>
        attempts.transact({ place: mount().path, mount: mount().uuid }, async (unit) => {
          unit.cause = { requestId: '', path: mount().path };
          // What it had stored may be deleted already: what came behind that would stay for good.
          if (!(await isMounted(unit, mount()))) throw closing(mount());
          return this.unlessOver(() => work(storageViewOf(unit, mount(), engine.options), scopeOf(unit)));
        }),
    };
  }
}

const closing = ({ path }: Mount): TidelockError => new TidelockError('SEALED', `the mount ${path} is being closed`);
