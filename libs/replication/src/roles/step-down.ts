import type { Quarantine } from '../quarantine/quarantine';
import type { Succession } from '@tidelock/stream';
import { leaveJournal } from './demotion';
import type { PrimaryRole } from './primary-role';
import { NO_ROLE, type Role, withEpoch } from '../membership/role-store';
import type { ReplicationParts } from '../membership/settings';

/**
 * Ends the reign of a primary that has found a later epoch (P6): it publishes nothing more, and what it acknowledged after the point
 * that the new epoch builds on is set aside.
 */
export async function stepDown(
  parts: ReplicationParts & { readonly quarantine: Quarantine },
  primary: PrimaryRole,
  { epoch: byEpoch, after = 0 }: Succession,
): Promise<Role> {
  const { store, clock, logger } = parts;
  await store.applySync([]);
  const { setId, epoch, epochs } = primary.role;
  logger.error('another cluster of the set was promoted: this one is no longer the primary', { epoch, byEpoch, after });
  await primary.stop();
  await parts.quarantine.setAside(after);
  const role: Role = {
    ...NO_ROLE,
    mode: 'secondary',
    idle: true,
    setId,
    epoch,
    epochs: withEpoch(epochs, { epoch: byEpoch, after }),
    fenced: { epoch, byEpoch, at: clock.now() },
  };
  await leaveJournal(parts, role, undefined);
  return role;
}
