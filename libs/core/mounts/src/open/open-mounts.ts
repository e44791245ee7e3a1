import type { Alive, Life, Part } from '@tidelock/core/runtime';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { OpenMount } from './open-mount';

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
  private readonly living = new Map<OpenMount, Promise<Alive | undefined>>();
  private readonly writing = new Map<OpenMount, Promise<Alive | undefined>>();

  constructor(private readonly logger: Logger) {}

  liveIn(life: Life | undefined): void {
    this.life = life;
    this.living.clear();
  }

  add(mount: OpenMount): void {
    if (this.life !== undefined) this.living.set(mount, this.begin(this.life, mount));
    this.write(mount);
  }

  /** Its tasks end, then it itself. */
  async remove(mount: OpenMount): Promise<void> {
    const parts = [this.writing, this.living].map((parts) => {
      const part = parts.get(mount);
      parts.delete(mount);
      return part;
    });
    for (const part of parts) await (await part)?.end();
  }

  /** The role has changed: other mounts may be written here now. */
  reconsider(): void {
    for (const mount of this.living.keys()) this.write(mount);
  }

  private write(mount: OpenMount): void {
    const writing = this.writing.get(mount);
    const isDue = this.active !== undefined && mount.isWrittenHere && mount.writerTasks.length > 0;
    if (isDue && writing === undefined && this.active !== undefined)
      this.writing.set(mount, this.begin(this.active, { name: mount.name, tasks: mount.writerTasks }));
    if (isDue || writing === undefined) return;
    this.writing.delete(mount);
    void writing.then((part) => part?.end());
  }

  private begin(life: Life, part: Part): Promise<Alive | undefined> {
    return life.begin(part).catch((error: unknown) => {
      if (!isTidelockError(error, 'SEALED'))
        this.logger.error('the part of a mount could not start', { mount: part.name, reason: reasonOf(error) });
      return undefined;
    });
  }
}
