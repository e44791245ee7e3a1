import { badRequest, TidelockError } from '@tidelock/kernel';
import type { Role } from './role-store';

/** Why replicated state cannot be written on a cluster in this role; `undefined` = it can. */
export function writeRefusal({ fenced, mode }: Role, changing: boolean): TidelockError | undefined {
  if (fenced !== undefined)
    return badRequest(`this cluster was fenced at epoch ${fenced.epoch}; it is no longer the primary`);
  if (mode === 'secondary' || mode === 'bootstrapping') return new TidelockError('READ_ONLY_REPLICA');
  if (changing)
    return new TidelockError('READ_ONLY_REPLICA', 'this cluster is changing its replication role; try again shortly');
  return undefined;
}
