import { TidelockError } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';

/** A change of something replicated, in the words of its refusal. */
export interface ReplicatedChange {
  readonly verb: 'add' | 'remove' | 'unmount' | 'remount' | 'tune';
  readonly what: 'mount' | 'audit device';
}

/** What this cluster answers when it is asked to change something replicated. */
export abstract class ChangePolicy {
  /** @returns what to refuse the change with; `undefined`: go on (on a secondary, to the primary). */
  abstract refuseReplicated(change: ReplicatedChange): TidelockError | undefined;
}

/**
 * For a change of something replicated, and of something that this cluster does not know: a secondary may be late, and its primary have it.
 *
 * @throws {TidelockError} the policy's refusal; READ_ONLY_REPLICA where the primary is to do it.
 */
export function requireChangeable(unit: UnitOfWork, policy: ChangePolicy, change: ReplicatedChange): void {
  const refusal = policy.refuseReplicated(change);
  if (refusal !== undefined) throw refusal;
  unit.replicated.requireWritable();
}

/**
 * The refusal of a secondary that does not forward such changes.
 *
 * @param primaryAddress the primary's API address, if it is known.
 */
export function notOnSecondary({ verb, what }: ReplicatedChange, primaryAddress = ''): TidelockError {
  const where = primaryAddress === '' ? 'on the primary' : `on the primary at ${primaryAddress}`;
  const errors =
    verb === 'add'
      ? [`cannot add a non-local ${what} to a replication secondary`, `enable it ${where}, or here with local=true`]
      : [
          `cannot ${verb} a non-local ${what} on a replication secondary`,
          `${verb === 'remove' ? 'disable' : 'change'} it ${where}`,
        ];
  return new TidelockError('INVALID_REQUEST', { errors });
}
