import type { ChangePolicy } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';

export type MountVerb = 'add' | 'unmount' | 'remount' | 'tune';

/** Whether this cluster may be asked to change replicated mounts. */
export abstract class MountPolicy implements ChangePolicy<MountVerb> {
  abstract refuseReplicated(verb: MountVerb): TidelockError | undefined;
}

/**
 * The refusal of a secondary that does not forward changes of mounts.
 *
 * @param primaryAddress the primary's API address, if it is known.
 */
export function readOnlyMountsError(verb: MountVerb, primaryAddress = ''): TidelockError {
  const phrase = verb === 'add' ? 'cannot add a non-local mount to' : `cannot ${verb} a non-local mount on`;
  const where = primaryAddress === '' ? 'on the primary' : `on the primary at ${primaryAddress}`;
  const hint = verb === 'add' ? `enable it ${where}, or here with local=true` : `change it ${where}`;
  return new TidelockError('INVALID_REQUEST', { errors: [`${phrase} a replication secondary`, hint] });
}
