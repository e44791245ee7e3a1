import {
  KEYRING,
  type LocalReader,
  type LocalStore,
  type LocalTable,
  type LocalTables,
  type MutationRecord,
  SHARES,
  undamagedRows,
} from '@tidelock/store';
import type { Admission } from '../join/joiner';
import type { ReplicationParts } from '../ports/parts';

/** The barrier's keys as an admission brings them, with the records that hold them. */
export function keysIn({ secrets }: Pick<Admission, 'secrets'>) {
  const keyring = Buffer.from(secrets.keyring, 'base64');
  const records: MutationRecord[] = [
    { key: KEYRING, value: keyring },
    { key: SHARES, value: Buffer.from(secrets.sealConfig, 'base64') },
  ];
  return { rootKey: Buffer.from(secrets.rootKey, 'base64'), keyring, records };
}

/** Tables behind the barrier, by their primary keys. */
const SEALED_TABLES = { record: 'key', token: 'id', lease: 'id', secondary: 'id', stream: 'name' } as const;

type Parts = Pick<ReplicationParts, 'barrier' | 'store' | 'logger'>;

/**
 * Whether this cluster has barrier keys that the set has not: it rotated, or followed one that did, on a line of mutations that the
 * set's present epoch does not build on.
 */
export function leavesKeysBehind({ barrier }: Parts, admission: Admission): boolean {
  const { keyring, rootKey } = keysIn(admission);
  return !barrier.isCoveredBy(keyring, rootKey);
}

/**
 * Changes over to the set's keyring and its root key. What is local to this cluster (tokens, leases, credentials, the quarantine) may be sealed under
 * a key that goes, so all of it is sealed anew, in the same transaction. Replicated records may be, too: nothing is served until
 * a comparison with the primary has replaced them. To be called while nothing is served, and durable when this returns.
 *
 * @param also local rows that the change belongs to: with it, or not at all.
 */
export async function adoptKeyring(
  { barrier, store, logger }: Parts,
  admission: Admission,
  also: (local: LocalStore) => void,
): Promise<void> {
  const { keyring, rootKey: newRootKey, records } = keysIn(admission);
  const [former, rootKey] = [await store.replicated.getSealed(KEYRING), barrier.rootKey];
  const local = await Promise.all(
    Object.keys(SEALED_TABLES).map((table) => rowsOf(store.local, table as keyof typeof SEALED_TABLES)),
  );
  barrier.expectRootKey(newRootKey);
  barrier.reload(keyring);
  try {
    const unit = store.begin();
    local.forEach((put) => put(unit.local));
    also(unit.local);
    await store.moveTo(undefined, { records, unit });
  } catch (error) {
    if (former !== undefined) barrier.unseal(rootKey, former);
    throw error;
  } finally {
    rootKey.fill(0);
  }
  logger.warn('this cluster had barrier keys that its replication set has not; what is local to it was sealed anew');
}

/** @returns what writes all rows of a table again. Damaged ones are left as they are: they open under no key. */
async function rowsOf<T extends keyof typeof SEALED_TABLES>(
  from: LocalReader,
  table: T,
): Promise<(to: Pick<LocalStore, 'put'>) => void> {
  const rows: LocalTables[LocalTable][] = await undamagedRows<LocalTable>(from, table, {
    column: SEALED_TABLES[table],
    prefix: '',
  });
  return (to) => rows.forEach((row) => to.put<LocalTable>(table, row));
}
