import type { TaskService, TaskStatus } from '@tidelock/engine-api';
import { reasonOf, TidelockError } from '@tidelock/kernel';
import type { Alive, Life, Part, Task } from './part';
import { RunningTask, type World } from './running-task';

/** How long a stop that begins behind the patience of its end still has: those beside each other at the same time. */
const GRACE_MS = 500;

/**
 * A part while it is alive, and the tree of those under it. Children start after their parent and end before it, the last one first.
 *
 * @example
 * const node = RunningPart.root('node', { timers: systemTimers, clock: systemClock, logger });
 * const unsealed = await node.begin({ name: 'unsealed' });
 * await unsealed.begin(sweep);
 * await node.end(); // the sweep, then `unsealed`, then the node
 */
export class RunningPart implements TaskService, Alive {
  private readonly children: RunningPart[] = [];
  private readonly ended = new AbortController();
  /** Aborted once what hangs is left behind. */
  private readonly late = new AbortController();
  private readonly running: ReadonlyMap<Task, RunningTask>;
  private starting: Promise<void> = Promise.resolve();
  private ending: Promise<void> | undefined;
  private readonly world: World;

  private constructor(
    private readonly part: Part,
    readonly path: string,
    world: World,
    private readonly parent?: RunningPart,
  ) {
    this.world = { ...world, logger: part.logger ?? world.logger };
    const taskOf = (task: Task): RunningTask =>
      new RunningTask(task, `${path}/${task.name}`, this.ended.signal, this.world);
    this.running = new Map((part.tasks ?? []).map((task) => [task, taskOf(task)]));
  }

  /** A tree that has nothing in it yet. */
  static root(name: string, world: World): RunningPart {
    return new RunningPart({ name }, name, world);
  }

  /** @see Life.begin */
  async begin(part: Part): Promise<RunningPart> {
    const child = new RunningPart(part, `${this.path}/${part.name}`, this.world, this);
    if (this.has(part)) throw new Error(`${child.path} is alive already`);
    if (this.ended.signal.aborted)
      throw new TidelockError('SEALED', `${child.path} cannot start: ${this.path} has ended`);
    this.children.push(child);
    child.starting = child.start();
    try {
      await child.starting;
    } catch (error) {
      await child.end();
      throw error;
    }
    if (!child.ended.signal.aborted) return child;
    await child.end();
    throw new TidelockError('SEALED', `${child.path} ended while it started`);
  }

  /** Whether a part of this name lives under it, or is being started. */
  has({ name }: Pick<Part, 'name'>): boolean {
    return this.children.some(({ part }) => part.name === name);
  }

  end(patience = Infinity): Promise<void> {
    this.ending ??= this.endAll();
    if (patience === Infinity) return this.ending;
    const cancel = this.world.timers.after(patience, () => this.leaveBehind());
    return this.ending.finally(cancel);
  }

  /** The tasks of this part and of all under it. */
  tasks(): TaskStatus[] {
    return [
      ...[...this.running.values()].map((task) => task.status()),
      ...this.children.flatMap((child) => child.tasks()),
    ];
  }

  private async start(): Promise<void> {
    const early: (() => void)[] = [];
    let wakes = (wake: () => void): void => void early.push(wake);
    const life: Life = {
      signal: this.ended.signal,
      wake: (task, inMilliseconds) => wakes(() => this.of(task).wake(inMilliseconds)),
      rerun: (task) => this.of(task).rerun(),
      begin: (child) => this.begin(child),
    };
    await this.part.start?.(life);
    wakes = (wake) => wake();
    for (const [{ after }, task] of this.running) task.wake(after);
    early.forEach(wakes);
  }

  private async endAll(): Promise<void> {
    this.abort();
    const isAlive = await this.unlessLate(
      this.starting.then(
        () => true,
        () => false,
      ),
      { what: 'its start' },
    );
    await this.endChildren();
    for (const task of this.running.values()) await this.unlessLate(task.end(), { what: task.path });
    if (isAlive) await this.unlessLate(this.stop(), { what: 'its stop', grace: GRACE_MS });
    this.parent?.remove(this);
  }

  /** One after the other; once it is late, those that are left together: each that hangs would take its grace. */
  private async endChildren(): Promise<void> {
    const { signal } = this.late;
    const late = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    const endings: Promise<void>[] = [];
    for (const child of [...this.children].reverse()) {
      const ending = child.end();
      endings.push(ending);
      await Promise.race([ending, late]);
    }
    await Promise.all(endings);
  }

  private async stop(): Promise<void> {
    try {
      await this.part.stop?.();
    } catch (error) {
      this.world.logger.error('a part of the service failed as it ended', { part: this.path, reason: reasonOf(error) });
    }
  }

  /** Waits for what is to end, or for the end of the patience. @returns `undefined` then. */
  private async unlessLate<T>(
    work: Promise<T>,
    { what, grace = 0 }: { readonly what: string; readonly grace?: number },
  ): Promise<T | undefined> {
    let cancel: () => void = () => undefined;
    let wait: () => void = () => undefined;
    const late = new Promise<'late'>((resolve) => {
      wait = () => (cancel = this.world.timers.after(grace, () => resolve('late')));
    });
    const { signal } = this.late;
    signal.addEventListener('abort', wait, { once: true });
    if (signal.aborted) wait();
    const first = await Promise.race([work.then((value) => ({ value })), late]);
    signal.removeEventListener('abort', wait);
    cancel();
    if (first !== 'late') return first.value;
    this.world.logger.error('a part of the service hangs as it ends; it is left behind', { part: this.path, what });
    return undefined;
  }

  /** Nobody waits any longer for what hangs here, or below. */
  private leaveBehind(): void {
    this.late.abort();
    for (const child of this.children) child.leaveBehind();
  }

  /** Told at once to all that lives: what is under way need not wait for its turn. */
  private abort(): void {
    this.ended.abort();
    for (const child of this.children) child.abort();
  }

  private of(task: Task): RunningTask {
    const found = this.running.get(task);
    if (found === undefined) throw new Error(`${this.path} has no task ${task.name}`);
    return found;
  }

  private remove(child: RunningPart): void {
    const at = this.children.indexOf(child);
    if (at >= 0) this.children.splice(at, 1);
  }
}
