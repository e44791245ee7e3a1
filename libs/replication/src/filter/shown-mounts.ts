import { lets, type PathsFilter } from './paths-filter';
import type { MountRecords } from '../ports/mount-records';

interface KnownMount {
  readonly path: string;
  readonly shown: boolean;
  /** Its record is gone; what it stored may still be there, or going. */
  readonly removed?: boolean;
  /** Nothing that it stored is left: forgotten with the next change of any mount. */
  readonly purged?: boolean;
}

/** What records have told: the mounts now known, and whether one that was known has passed in or out of the filter. */
export interface Learned {
  readonly mounts: ShownMounts;
  readonly passed: boolean;
}

/**
 * Which mounts a filter shows, as the records seen so far tell. A value: learning makes a new one.
 *
 * What belongs to a mount that is not known is hidden: nothing is shown by mistake.
 */
export class ShownMounts {
  private constructor(
    private readonly filter: PathsFilter,
    private readonly records: MountRecords,
    private readonly known: ReadonlyMap<string, KnownMount>,
  ) {}

  static none(filter: PathsFilter, records: MountRecords): ShownMounts {
    return new ShownMounts(filter, records, new Map());
  }

  /** Takes back what `toJson` gave, under the same filter. */
  static fromJson(filter: PathsFilter, records: MountRecords, text: string): ShownMounts {
    return new ShownMounts(filter, records, new Map(JSON.parse(text) as [string, KnownMount][]));
  }

  toJson(): string {
    return JSON.stringify([...this.known]);
  }

  /** @param changed records in the order of their commits, values as stored; `null` deletes. */
  learn(changed: Iterable<readonly [key: string, value: Buffer | null]>): Learned {
    let known: Map<string, KnownMount> | undefined;
    let passed = false;
    for (const [key, value] of changed) {
      const uuid = this.uuidOfChange(key, value);
      if (uuid === undefined) continue;
      known ??= new Map([...this.known].filter(([, { purged }]) => !purged));
      const before = known.get(uuid);
      const after = this.afterChange(before, key, value);
      if (after === undefined) continue;
      known.set(uuid, after);
      passed ||= before !== undefined && before.shown !== after.shown;
    }
    return { mounts: known === undefined ? this : new ShownMounts(this.filter, this.records, known), passed };
  }

  /** Whether a record goes to those who have this filter: what is no mount's always does. */
  includes(key: string): boolean {
    const uuid = this.records.uuidIn(key);
    return uuid === undefined || this.known.get(uuid)?.shown === true;
  }

  /** Paths of the mounts that are there and kept back. */
  hiddenPaths(): string[] {
    return this.hidden()
      .map(({ path }) => path)
      .sort();
  }

  get hiddenCount(): number {
    return this.hidden().length;
  }

  private hidden(): KnownMount[] {
    return [...this.known.values()].filter(({ shown, removed }) => !shown && !removed);
  }

  /** The mount whose description, or whose purge, is changed. */
  private uuidOfChange(key: string, value: Buffer | null): string | undefined {
    const tells = key.startsWith(this.records.prefix) || (value === null && this.records.isMarkOfPurge(key));
    return tells ? this.records.uuidIn(key) : undefined;
  }

  private afterChange(before: KnownMount | undefined, key: string, value: Buffer | null): KnownMount | undefined {
    if (value !== null) return this.describe(key, value);
    // What goes with the mark itself still belongs to the mount.
    return before && { ...before, removed: true, ...(this.records.isMarkOfPurge(key) && { purged: true }) };
  }

  private describe(key: string, value: Buffer): KnownMount {
    const mount = this.records.describe(key, value);
    if (mount === undefined) return { path: '', shown: false };
    return { path: mount.path, shown: mount.singleton || lets(this.filter, mount.path) };
  }
}
