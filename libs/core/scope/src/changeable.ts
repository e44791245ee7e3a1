import type { TidelockError } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';

/** What this cluster answers when it is asked to change something replicated. */
export interface ChangePolicy<Verb> {
  /** @returns what to refuse the change with; `undefined`: go on (on a secondary, to the primary). */
  refuseReplicated(verb: Verb): TidelockError | undefined;
}

/**
 * For a change of something replicated, and of something that this cluster does not know: a secondary may be late, and its primary have it.
 *
 * @throws {TidelockError} the policy's refusal; READ_ONLY_REPLICA where the primary is to do it.
 */
export function requireChangeable<Verb>(unit: UnitOfWork, policy: ChangePolicy<Verb>, verb: Verb): void {
  const refusal = policy.refuseReplicated(verb);
  if (refusal !== undefined) throw refusal;
  unit.replicated.requireWritable();
}
