import type { RequestScope } from '@tidelock/engine-api';
import type { UnitOfWork } from '@tidelock/store';

export { ChangePolicy, notOnSecondary, type ReplicatedChange, requireChangeable } from './changeable';
export { deleteRecord, putRecord, readRecord, type RecordReaders, recordsBelow } from './records';

/** The unit of work behind the opaque scope that engines hand from service to service. */
export const unitOf = (scope: RequestScope): UnitOfWork => scope as unknown as UnitOfWork;

export const scopeOf = (unit: UnitOfWork): RequestScope => unit as unknown as RequestScope;
