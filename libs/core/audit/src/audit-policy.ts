import type { ChangePolicy } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';

export type AuditVerb = 'add' | 'remove';

/** Whether this cluster may be asked to change replicated audit devices. */
export abstract class AuditPolicy implements ChangePolicy<AuditVerb> {
  abstract refuseReplicated(verb: AuditVerb): TidelockError | undefined;
}

/**
 * The refusal of a secondary that does not forward changes of audit devices.
 *
 * @param primaryAddress the primary's API address, if it is known.
 */
export function readOnlyAuditError(verb: AuditVerb, primaryAddress = ''): TidelockError {
  const where = primaryAddress === '' ? 'on the primary' : `on the primary at ${primaryAddress}`;
  const errors =
    verb === 'add'
      ? [
          'cannot add a non-local audit device to a replication secondary',
          `enable it ${where}, or here with local=true`,
        ]
      : ['cannot remove a non-local audit device on a replication secondary', `disable it ${where}`];
  return new TidelockError('INVALID_REQUEST', { errors });
}
