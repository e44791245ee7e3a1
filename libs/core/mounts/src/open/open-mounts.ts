import type { Alive, Life, Part } from '@tidelock/core/runtime';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { OpenMount } from './open-mount';

/** How long engines' work has to end with its mount. With a role it may take as long as it takes: the next run waits for that. */
const END_PATIENCE_MS = 15_000;

/** Parts of mounts at one place of the tree. One begins once the former of its name has ended. */
class MountParts {
  private readonly alive = new Map<OpenMount, Promise<Alive | undefined>>();
  private readonly endings = new Map<string, Promise<void>>();

  constructor(private readonly logger: Logger) {}

  get mounts(): OpenMount[] {
    return [...this.alive.keys()];
  }

  has(mount: OpenMount): boolean {
    return this.alive.has(mount);
  }

  begin(life: Life, mount: OpenMount, part: Part): void {
    // Without a former one it begins at once: a request may follow.
    const former = this.endings.get(part.name);
    const begun = former === undefined ? life.begin(part) : former.then(() => life.begin(part));
    this.alive.set(
      mount,
      begun.catch((error: unknown) => this.failed(part, error)),
    );
  }

  /** @param patience milliseconds, as of `Alive.end`. */
  end(mount: OpenMount, patience?: number): Promise<void> {
    const alive = this.alive.get(mount);
    this.alive.delete(mount);
    if (alive === undefined) return Promise.resolve();
    const ending = Promise.all([this.endings.get(mount.name), alive.then((part) => part?.end(patience))]).then(() => {
      if (this.endings.get(mount.name) === ending) this.endings.delete(mount.name);
    });
    this.endings.set(mount.name, ending);
    return ending;
  }

  /** Their parent ends, and they with it. */
  clear(): void {
    this.alive.clear();
    this.endings.clear();
  }

  private failed({ name }: Part, error: unknown): undefined {
    if (!isTidelockError(error, 'SEALED'))
      this.logger.error('the part of a mount could not start', { mount: name, reason: reasonOf(error) });
  }
}

/** Starts and ends the parts of mounts, one for each, under the part of the mount table and, for what the writer runs, under `active`. */
export class OpenMounts {
  /** Under `active`: the writer's tasks of the mounts that are written here. */
  readonly writers: Part = {
    name: 'mounts',
    start: (life) => {
      this.active = life;
      this.reconsider();
    },
    stop: () => {
      this.active = undefined;
      this.writing.clear();
    },
  };
  private life: Life | undefined;
  private active: Life | undefined;
  private readonly living: MountParts;
  private readonly writing: MountParts;

  constructor(logger: Logger) {
    this.living = new MountParts(logger);
    this.writing = new MountParts(logger);
  }

  liveIn(life: Life | undefined): void {
    this.life = life;
    this.living.clear();
  }

  add(mount: OpenMount): void {
    if (this.life !== undefined) this.living.begin(this.life, mount, mount);
    this.write(mount);
  }

  /** Told to all its tasks at once. */
  async remove(mount: OpenMount): Promise<void> {
    mount.leave();
    void this.writing.end(mount, END_PATIENCE_MS);
    // Which waits for runs of the writer that use its state, too.
    await this.living.end(mount, END_PATIENCE_MS);
    mount.leaveBehind();
  }

  /** The role has changed: other mounts may be written here now. */
  reconsider(): void {
    for (const mount of this.living.mounts) this.write(mount);
  }

  private write(mount: OpenMount): void {
    const { active, writing } = this;
    const isDue = mount.isWrittenHere && mount.writerTasks.length > 0;
    if (active !== undefined && isDue && !writing.has(mount))
      writing.begin(active, mount, { name: mount.name, tasks: mount.writerTasks });
    if (!isDue) void writing.end(mount);
  }
}
