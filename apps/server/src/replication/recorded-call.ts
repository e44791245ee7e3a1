import type { AuditBroker, AuditRequest } from '@tidelock/core/audit';
import { type Clock, isTidelockError, newUuid, TidelockError } from '@tidelock/kernel';
import type { Forwarder, RecordedCall } from '@tidelock/replication';

/** Not a path of the API: where calls of the cluster port stand in the audit. */
const PREFIX = 'sys/replication/cluster-port/';

/** Does a call of the cluster port with an audit entry before it and one after it, as for a request. */
export async function onRecord<T>(
  { audit, clock }: { readonly audit: AuditBroker; readonly clock: Clock },
  call: RecordedCall,
  work: () => Promise<T>,
): Promise<T> {
  if (!audit.hasDevices) return work();
  const request = { ...requestOf(call), time: clock.now() };
  await audit.request(request);
  const outcome = await work().then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  const failed = 'error' in outcome;
  await audit.response({ request, time: clock.now(), ...(failed && { error: textOf(outcome.error) }) });
  if (failed) throw outcome.error;
  return outcome.answer;
}

/** A request of a secondary that cannot be read. */
export const malformedCall = ({ secondaryId }: Forwarder): RecordedCall => ({
  name: 'forward',
  reads: false,
  secondaryId,
  remoteAddress: '',
  remotePort: 0,
  data: {},
});

const requestOf = ({
  name,
  reads,
  secondaryId,
  remoteAddress,
  remotePort,
  data,
}: RecordedCall): Omit<AuditRequest, 'time'> => ({
  id: newUuid(),
  operation: reads ? 'read' : 'update',
  path: PREFIX + name,
  connection: { remoteAddress, remotePort },
  data,
  forwardedFrom: secondaryId,
});

function textOf(error: unknown): string {
  const { errors, message } = isTidelockError(error) ? error : new TidelockError('INTERNAL');
  return errors.join('\n') || message;
}
