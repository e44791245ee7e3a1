import { LONGEST_NAME, TidelockError } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { hasMember } from '../members/member-records';
import type { SecondaryRegistry } from './secondary-registry';

/**
 * The id is on the list of this reign, or a member's from an earlier one.
 *
 * @throws {TidelockError} NOT_FOUND.
 */
export async function requireGivenId({ replicated }: Pick<Store, 'replicated'>, secondaries: SecondaryRegistry, id: string): Promise<void> {
  if (id.length <= LONGEST_NAME && ((await secondaries.hasGiven(id)) || (await hasMember(replicated, id)))) return;
  const shown = JSON.stringify(id.slice(0, LONGEST_NAME));
  throw new TidelockError('NOT_FOUND', `no secondary has the ID ${shown}, so nothing was revoked; known_secondaries in sys/replication/performance/status lists them`);
}
