import { badRequest, isTidelockError, newUuid, reasonOf, TidelockError } from '@tidelock/kernel';
import { decodeMutation, type MutationRecord, type Store, type UnitOfWork } from '@tidelock/store';
import type { MountRecords } from '../ports/mount-records';
import type { Quarantine, QuarantinedMutation } from './quarantine';

/** A mutation on its way back into the set, as a new write. */
export interface ReapplyCall {
  readonly index: number;
  /** Of the reign that wrote it. */
  readonly epoch: number;
  readonly path: string;
  readonly records: readonly MutationRecord[];
  /** Names the operator's command that it belongs to. */
  readonly batch: string;
}

type ClientRecords = Pick<MountRecords, 'isOfClients'>;

/** @throws {TidelockError} INVALID_REQUEST for a mutation that cannot be applied to another reign's state. */
export function reapplyCallOf(
  { index, epoch, cause, body }: QuarantinedMutation,
  batch: string,
  clients: ClientRecords,
): ReapplyCall {
  const { records } = decodeMutation(body);
  requireOfClients({ index, records }, clients);
  return { index, epoch, path: cause.path, records, batch };
}

/** Those that make sense in the reign that wrote them only, and why. */
export function onlyDiscardable(
  mutations: readonly QuarantinedMutation[],
  clients: ClientRecords,
): { readonly index: number; readonly reason: string }[] {
  return mutations.flatMap((mutation) => {
    try {
      reapplyCallOf(mutation, '', clients);
      return [];
    } catch (error) {
      return [{ index: mutation.index, reason: reasonOf(error) }];
    }
  });
}

/** @throws {TidelockError} INVALID_REQUEST naming a record that makes sense in the reign that wrote it only. */
export function requireOfClients(
  { index, records }: Pick<ReapplyCall, 'index' | 'records'>,
  clients: ClientRecords,
): void {
  const bound = records.find(({ key }) => !clients.isOfClients(key));
  if (bound !== undefined)
    throw badRequest(`the mutation ${index} changes the set's ${bound.key}; it can only be discarded`);
}

/**
 * Writes a quarantined mutation anew, on the primary: whole, over whatever is there.
 *
 * @param check throws where the mutation may not come back. It is asked again when a commit has changed what it has read in the unit.
 * @throws {TidelockError} INVALID_REQUEST when a value is sealed under a key that the set does not have.
 */
export function reapply(
  store: Pick<Store, 'transact'>,
  { index, path, records }: ReapplyCall,
  check: (unit: UnitOfWork) => Promise<void>,
): Promise<void> {
  return store.transact(async (unit) => {
    await check(unit);
    unit.cause = { requestId: newUuid(), path };
    try {
      for (const { key, value } of records)
        if (value === null) unit.replicated.delete(key);
        else unit.replicated.putCopy(key, value);
    } catch (error) {
      if (!isTidelockError(error, 'CORRUPT_RECORD')) throw error;
      const text = `the mutation ${index} is sealed under a key that the set does not have; it can only be discarded`;
      throw new TidelockError('INVALID_REQUEST', { text, cause: error });
    }
  });
}

/** Writes mutations out of quarantine, one after the other; each leaves it when it is written. */
export async function reapplyEach(
  quarantine: Pick<Quarantine, 'take' | 'drop'>,
  indexes: readonly number[],
  clients: ClientRecords,
  write: (call: ReapplyCall) => Promise<void>,
): Promise<void> {
  const mutations = await quarantine.take(indexes);
  const batch = newUuid();
  const calls = mutations.map((mutation) => reapplyCallOf(mutation, batch, clients));
  for (const [at, mutation] of mutations.entries()) {
    await write(calls[at] as ReapplyCall);
    await quarantine.drop([mutation]);
  }
}
