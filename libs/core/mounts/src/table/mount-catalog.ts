import type { EngineKind } from '@tidelock/engine-api';
import type { OpenMount } from '../open/open-mount';
import type { RegisteredEngine } from '../registry/engine-registry';
import type { Mount } from '../records/mount';
import { MountIndex } from './mount-index';

/** A mount and the engine that serves it, if this build has it. */
export interface Served {
  readonly mount: Mount;
  readonly engine: RegisteredEngine | undefined;
  /** Where there is an engine. */
  readonly open: OpenMount | undefined;
}

/** A replicated mount that is not served here: a local one has its path, or one above or below it. */
export interface MountConflict {
  readonly path: string;
  readonly accessor: string;
  /** Path of the local mount. */
  readonly localPath: string;
}

/** The mounts that are known, by record and by path. Changes show after `rebuild`. */
export class MountCatalog {
  private readonly byUuid = new Map<string, Served>();
  private readonly byAccessor = new Map<string, Served>();
  private index = new MountIndex<Served>();
  conflicts: readonly MountConflict[] = [];

  set(served: Served): void {
    this.byUuid.set(served.mount.uuid, served);
    this.byAccessor.set(served.mount.accessor, served);
  }

  delete(uuid: string): void {
    this.byAccessor.delete(this.byUuid.get(uuid)?.mount.accessor ?? '');
    this.byUuid.delete(uuid);
  }

  clear(): void {
    this.byUuid.clear();
    this.byAccessor.clear();
    this.rebuild();
  }

  /**
   * Makes paths and conflicts from the records. Local mounts keep their paths: what the primary mounts over them waits
   * until they are gone.
   */
  rebuild(): void {
    this.index = new MountIndex();
    const hidden: MountConflict[] = [];
    const rank = ({ mount }: Served): string => `${mount.local ? 0 : 1}${mount.path} ${mount.uuid}`;
    for (const served of [...this.byUuid.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
      const { path, accessor } = served.mount;
      const other = this.index.conflict(path)?.mount;
      if (other === undefined) this.index.set(path, served);
      else hidden.push({ path, accessor, localPath: other.path });
    }
    this.conflicts = hidden;
  }

  /** Those that are hidden included. */
  all(): readonly Served[] {
    return [...this.byUuid.values()];
  }

  /** The mount that serves a path. */
  route(path: string): Served | undefined {
    return this.index.route(path);
  }

  conflict(path: string): Served | undefined {
    return this.index.conflict(path);
  }

  get(uuid: string): Served | undefined {
    return this.byUuid.get(uuid);
  }

  withAccessor(accessor: string): Served | undefined {
    return this.byAccessor.get(accessor);
  }

  /** Those that are served, sorted by path. */
  list(kind?: EngineKind): readonly Mount[] {
    return this.all()
      .filter((served) => this.index.route(served.mount.path) === served)
      .map(({ mount }) => mount)
      .filter((mount) => kind === undefined || mount.kind === kind)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
