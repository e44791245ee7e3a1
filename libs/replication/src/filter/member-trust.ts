import { type ForwardingLevel, type Logger, TidelockError } from '@tidelock/kernel';
import type { Store, UnitOfWork } from '@tidelock/store';
import type { Member } from '../set-members/member';
import { cachedMember, readMember } from '../set-members/member-records';
import { type PathsFilters, streamNameOf } from './paths-filters';

/**
 * How far a primary trusts a secondary: by its own filters and levels, and by the member record, which says the same. Those are rows of one database,
 * which a hand can take away or put back; the record is replicated. Where they differ, the one that trusts less counts.
 */
export class MemberTrust {
  /** Told of once. */
  private readonly contradicted = new Set<string>();

  constructor(
    private readonly store: Pick<Store, 'replicated'>,
    private readonly filters: PathsFilters,
    private readonly logger: Logger,
  ) {}

  /**
   * What the primary does for a secondary.
   *
   * @throws {TidelockError} INTERNAL where its filter is gone without having been taken away, CORRUPT_RECORD while its record is damaged: it is
   *   given nothing then.
   */
  async levelOf(id: string): Promise<ForwardingLevel> {
    return this.levelBy(await cachedMember(this.store.replicated, id), id);
  }

  /** `levelOf` by a record that has just been read. @throws as that does. */
  async levelBy(member: Member | undefined, id: string): Promise<ForwardingLevel> {
    if (member?.filtered === true && this.filters.of(id) === undefined) await this.requireFilter(id);
    this.contradicted.delete(id);
    return member?.forwarding === 'data' ? 'data' : this.filters.levelOf(id);
  }

  /** The stream that it follows, as the caller's transaction sees it; `undefined` where `levelOf` refuses. @throws CORRUPT_RECORD as that does. */
  async streamIn(
    { local, replicated }: Pick<UnitOfWork, 'local' | 'replicated'>,
    id: string,
  ): Promise<string | undefined> {
    const filter = (await this.filters.read(local))[id];
    return filter === undefined && (await readMember(replicated, id))?.filtered === true
      ? undefined
      : streamNameOf(filter);
  }

  /** Either may just have changed: both are read again, the filter first in case it was taken away. */
  private async requireFilter(id: string): Promise<void> {
    await this.filters.readAgain();
    if (this.filters.of(id) !== undefined || (await readMember(this.store.replicated, id))?.filtered !== true) return;
    const text =
      `the paths filter of secondary "${id}" is gone from the primary's database, although nobody has taken it away: the secondary is given nothing. ` +
      `Write primary/paths-filter/${id} on the primary again, or delete it there if "${id}" may have everything`;
    if (!this.contradicted.has(id)) this.logger.error(text, { id });
    this.contradicted.add(id);
    throw new TidelockError('INTERNAL', { text });
  }
}
