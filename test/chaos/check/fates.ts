import type { History, Quarantined } from '../history/history';
import { isChange, type Operation } from '../history/operation';

/** Clocks of two processes, and the time between a commit and its answer. */
const TOLERANCE_MS = 100;

/** What became of changes that a fenced primary may have taken with it. */
export interface Fates {
  /** Certainly kept aside: the former primary itself named the index that its quarantine lists. */
  readonly aside: ReadonlySet<Operation>;
  /**
   * Acknowledged by another cluster, which forwarded it, at the time of a quarantined change of the same register: this one, or not. And deletions at
   * the fenced primary that changed nothing, and name no index: what was gone may have been so by a change that was kept aside.
   */
  readonly doubtful: ReadonlySet<Operation>;
}

export function fatesOf({ operations, quarantined }: Pick<History, 'operations' | 'quarantined'>): Fates {
  const [aside, doubtful] = [new Set<Operation>(), new Set<Operation>()];
  for (const row of quarantined) {
    const candidates = operations.filter(
      (operation) => isChange(operation) && operation.outcome === 'done' && mayBe(operation, row),
    );
    const own = candidates.find(({ cluster, index }) => cluster === row.cluster && index === row.index);
    if (own !== undefined) aside.add(own);
    else candidates.filter(({ cluster }) => cluster !== row.cluster).forEach((candidate) => doubtful.add(candidate));
  }
  for (const operation of operations)
    if (isDeletionOfNothing(operation) && [...aside].some((change) => mayHaveLeftNothing(change, operation)))
      doubtful.add(operation);
  return { aside, doubtful };
}

const isDeletionOfNothing = ({ action, outcome, index }: Operation): boolean =>
  action === 'delete' && outcome === 'done' && index === undefined;

const mayHaveLeftNothing = ({ key, cluster, start }: Operation, deletion: Operation): boolean =>
  key === deletion.key && cluster === deletion.cluster && start < deletion.end;

const mayBe = ({ key, start, end }: Operation, row: Quarantined): boolean =>
  key === row.key && start - TOLERANCE_MS <= row.time && row.time <= end + TOLERANCE_MS;
