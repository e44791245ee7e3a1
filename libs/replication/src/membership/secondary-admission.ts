import { type Logger, TidelockError } from '@tidelock/kernel';
import type { Store, StoreAdmin } from '@tidelock/store';
import { REVOKED } from '../cluster-port/cluster-server';
import { cachedMember, isRevoked, memberOrDamaged } from '../set-members/member-records';
import { rowOf, secondaryIn } from './known-secondary';
import type { SecondaryRegistry } from './secondary-registry';

/** The call of one that has not joined. */
const JOINING = 'bootstrap';
/** Calls that are answered with no data: what is damaged here is repaired through them. */
const REPAIRING = ['heartbeat', 'mend'];

/** Which calls of a secondary a primary answers: by its place on the list, and by its record as a member. */
export class SecondaryAdmission {
  /** Revoked members that a row still lets in; each is told of once. */
  private readonly contradicted = new Set<string>();

  constructor(
    private readonly store: Store & Pick<StoreAdmin, 'integrity'>,
    private readonly secondaries: Pick<SecondaryRegistry, 'find' | 'caughtUp'>,
    private readonly logger: Logger,
  ) {}

  /**
   * Lets a call in by what is known of the caller: one that has not joined may only ask to, while its activation is good; one that has may
   * call everything else, and with its first such call it has joined for good, until its record as a member is revoked.
   *
   * @throws {TidelockError} PRIMARY_UNREACHABLE, PERMISSION_DENIED; CORRUPT_RECORD while its record as a member is damaged.
   */
  async require(id: string, call: string, now: number): Promise<void> {
    const secondary = this.secondaries.find(id);
    if (secondary === undefined) throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
    if (secondary.state === 'active') await this.requireMember(id, call);
    if (call === JOINING) return;
    if (secondary.state !== 'active') {
      const text = `secondary "${id}" has not joined: ${now > (secondary.expiresAt ?? Infinity) ? 'its activation has expired' : 'it may only ask for its keys'}`;
      throw new TidelockError('PERMISSION_DENIED', { text });
    }
    if (secondary.expiresAt !== undefined) await this.endJoining(id);
  }

  /** An old row may have come back to the database, by a hand or a backup: the set does not believe it again. */
  private async requireMember(id: string, call: string): Promise<void> {
    const { replicated } = this.store;
    const member = await (REPAIRING.includes(call) ? memberOrDamaged(this.store, id) : cachedMember(replicated, id));
    // The read asks for a copy, which comes by these very calls: they do not wait for it.
    if (member === 'damaged') return void isRevoked(replicated, id).catch(() => undefined);
    if (member?.state !== 'revoked') return;
    if (!this.contradicted.has(id))
      this.logger.warn(
        'a secondary is refused: its row in the database says that it has joined, but its member record was revoked',
        { id },
      );
    this.contradicted.add(id);
    throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
  }

  private async endJoining(id: string): Promise<void> {
    await this.store.transact(async ({ local }) => {
      const row = await local.row('secondary', id);
      if (row === undefined || row.status !== 'active') return;
      const { expiresAt, ...joined } = secondaryIn(row.value);
      if (expiresAt !== undefined) local.put('secondary', rowOf(joined));
    });
    await this.secondaries.caughtUp();
  }
}
