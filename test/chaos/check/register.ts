import type { History } from '../history/history';
import type { Operation } from '../history/operation';
import { type Bounds, IndexBounds } from './bounds';
import { fatesOf } from './fates';

/** A change of a register with what is known of its place in the order of all mutations. */
export interface PlacedChange {
  readonly operation: Operation;
  readonly bounds: Bounds;
}

/** All that happened to one register, ready to be judged. */
export interface Register {
  readonly key: string;
  /** In the order of their ends. */
  readonly reads: readonly Operation[];
  /** Changes that took place or may have: done or unknown, and not kept aside by a fenced primary. */
  readonly changes: readonly PlacedChange[];
  /** Deletions that a fenced primary kept aside: they could be seen until it was fenced. */
  readonly asideDeletions: readonly PlacedChange[];
  /** Every write of a value, whatever came of it. */
  readonly writes: ReadonlyMap<string, PlacedChange>;
}

/** Sorts a history by register. Done once for all rules. */
export function registersOf(history: History): Register[] {
  const { aside, doubtful } = fatesOf(history);
  const operations = history.operations.map((operation) =>
    doubtful.has(operation) ? { ...operation, outcome: 'unknown' as const } : operation,
  );
  const bounds = new IndexBounds(
    operations.filter((operation) => !aside.has(operation)),
    history.forkedAt,
  );
  return [...byKey(operations)].map(([key, all]) => {
    const reads = all
      .filter(({ action, outcome }) => action === 'read' && outcome === 'done')
      .sort((a, b) => a.end - b.end);
    const firstSeen = new Map<string, number>();
    for (const { value, end } of reads) if (value !== undefined && !firstSeen.has(value)) firstSeen.set(value, end);
    const place = (operation: Operation): PlacedChange => {
      const seen = operation.action === 'write' ? firstSeen.get(operation.value as string) : undefined;
      const done = operation.outcome === 'done' ? operation.end : Infinity;
      return { operation, bounds: bounds.of(operation, Math.min(done, seen ?? Infinity)) };
    };
    const placed = all.filter(({ action }) => action !== 'read').map(place);
    return {
      key,
      reads,
      changes: placed.filter(({ operation }) => operation.outcome !== 'refused' && !aside.has(operation)),
      asideDeletions: placed.filter(({ operation }) => operation.action === 'delete' && aside.has(operation)),
      writes: new Map(
        placed
          .filter(({ operation }) => operation.action === 'write')
          .map((change) => [change.operation.value as string, change]),
      ),
    };
  });
}

function byKey(operations: readonly Operation[]): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const group = groups.get(operation.key);
    if (group === undefined) groups.set(operation.key, [operation]);
    else group.push(operation);
  }
  return groups;
}

/** What somebody saw in a register, and by when, ms; `Infinity` in the end, when all is settled. */
export interface Sight {
  readonly value?: string | undefined;
  readonly version?: number | undefined;
  readonly end: number;
}

/** Whether what was seen is certainly from before a change. */
export function isOlder(
  { value, version, end }: Sight,
  { operation, bounds }: PlacedChange,
  { writes, changes, asideDeletions }: Register,
): boolean {
  if (
    operation.action === 'write' &&
    version !== undefined &&
    operation.version !== undefined &&
    version !== operation.version
  )
    return version < operation.version;
  if (value !== undefined) {
    const seen = writes.get(value);
    return seen !== undefined && seen.operation !== operation && seen.bounds.most < bounds.least;
  }
  // Nothing there: a deletion must explain it.
  const explains = (change: PlacedChange): boolean =>
    change.operation.action === 'delete' && change.operation.start < end && change.bounds.most >= bounds.least;
  const deletions = end < Infinity ? [...changes, ...asideDeletions] : changes;
  return operation.action === 'write' && !deletions.some(explains);
}
