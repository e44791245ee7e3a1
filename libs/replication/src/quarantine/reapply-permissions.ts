import { TidelockError } from '@tidelock/kernel';
import type { ReapplyCall } from './reapply';

interface Permission {
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
  /** The command that it was used for: the first that came. */
  batch?: string;
  readonly taken: Set<string>;
}

type Mutation = Pick<ReapplyCall, 'batch' | 'epoch' | 'index'>;

/**
 * What operators of a primary have let former primaries write anew: one command each, within its time, each mutation once. Kept in memory:
 * a restart ends it.
 */
export class ReapplyPermissions {
  private readonly open = new Map<string, Permission>();

  /** In place of one given before. @param until ms since the Unix epoch. */
  allow(id: string, until: number): void {
    this.open.set(id, { until, taken: new Set() });
  }

  forget(id: string): void {
    this.open.delete(id);
  }

  /** Those still open, by id. */
  list(now: number): { readonly id: string; readonly until: number }[] {
    return [...this.open]
      .filter(([, { until }]) => now <= until)
      .map(([id, { until }]) => ({ id, until }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Uses a permission for one mutation, which can be had again only when the work fails. @throws {TidelockError} PERMISSION_DENIED without one. */
  async using(id: string, { batch, epoch, index }: Mutation, now: number, work: () => Promise<void>): Promise<void> {
    const permission = this.open.get(id);
    if (permission === undefined || now > permission.until || (permission.batch ??= batch) !== batch) {
      throw new TidelockError(
        'PERMISSION_DENIED',
        `the primary lets "${id}" write nothing anew: an operator there has to call primary/allow-reapply with id=${id} for each reapply`,
      );
    }
    const name = `${epoch}/${index}`;
    if (permission.taken.has(name))
      throw new TidelockError('PERMISSION_DENIED', `the mutation ${index} has been written anew already`);
    permission.taken.add(name);
    try {
      await work();
    } catch (error) {
      permission.taken.delete(name);
      throw error;
    }
  }
}
