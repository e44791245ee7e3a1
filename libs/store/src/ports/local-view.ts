/**
 * The tables that never leave this cluster. Code that holds a `LocalStore` cannot reach the journal (P5).
 *
 * `value` columns are barrier ciphertext at rest and plaintext here, except in `cluster`, which is needed before unseal
 * and holds nothing secret in the clear.
 */
export interface LocalTables {
  /** Local mounts and their entries, cubbyholes, local audit devices, replication credentials: `collection/…`. */
  record: { key: string; value: Buffer };
  /** `id`: salted hash of the token. `path`: where it was made (`auth/userpass/login/tester`). Times in ms. */
  token: {
    id: string;
    accessor: string;
    parent: string | null;
    path: string;
    expires_at: number | null;
    value: Buffer;
  };
  /** `token`: id of the token the lease hangs on. `mount`: accessor of the mount that gave it. `expires_at`: `NEVER_DUE` when it is irrevocable. */
  lease: { id: string; token: string; expires_at: number; mount: string; value: Buffer };
  /** Plain facts of the cluster, needed while sealed: identity, role. */
  cluster: { key: string; value: Buffer };
  /** Secondaries that this primary knows; `status`: pending, active or revoked. */
  secondary: { id: string; status: string; value: Buffer };
  /** Where each published stream stands. `digest`: chain digest (32 bytes) of the last published message. */
  stream: { name: string; epoch: number; idx: number; digest: Buffer; broker_offset: string; value: Buffer };
}

/** `expires_at` of a lease whose secret could not be undone: kept for a person to look at. */
export const NEVER_DUE = Number.MAX_SAFE_INTEGER;

/** Leases of a mount. */
export interface LeaseFigures {
  /** Accessor of the mount. */
  readonly mount: string;
  readonly total: number;
  /** Of these: never due. */
  readonly irrevocable: number;
}

export type LocalTable = keyof LocalTables;

/** Columns one can look up by: the primary key first. */
export const LOCAL_INDEXES = {
  record: ['key'],
  token: ['id', 'accessor', 'parent', 'path', 'expires_at'],
  lease: ['id', 'token', 'expires_at'],
  cluster: ['key'],
  secondary: ['id'],
  stream: ['name'],
} as const satisfies { [T in LocalTable]: readonly (keyof LocalTables[T] & string)[] };

type LocalIndex<T extends LocalTable> = (typeof LOCAL_INDEXES)[T][number];

export interface RowQuery<T extends LocalTable> {
  readonly column: LocalIndex<T>;
  /** Exactly one of the four. `below` and `after` exclude the bound itself; rows with NULL never match. */
  readonly equals?: string | number;
  readonly prefix?: string;
  readonly below?: number;
  readonly after?: string;
  /** With `prefix`: only rows whose column is greater than this one (paging). */
  readonly startAfter?: string;
  readonly limit?: number;
}

/** A row's columns but for its value. */
export type RowHead<T extends LocalTable> = Omit<LocalTables[T], 'value'>;

export interface LocalReader {
  /** @throws {TidelockError} SEALED, or CORRUPT_RECORD when value or columns were changed outside the barrier. */
  row<T extends LocalTable>(table: T, id: string): Promise<LocalTables[T] | undefined>;
  /** Sorted by the column, ascending. @throws as `row`, when one of them does not open. */
  rows<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<LocalTables[T][]>;
  /** As `rows`, but nothing is opened: damaged rows are among them, and nothing vouches for what the columns say. */
  heads<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<RowHead<T>[]>;
  count(table: LocalTable): Promise<number>;
  /** Mounts that have leases. Kept by the database with each change, so this takes as long for a million leases as for one. */
  leaseFigures(): Promise<LeaseFigures[]>;
  /** Names directly below `prefix` in `record`, folders with `/`, as `ReplicatedReader.children`. */
  children(prefix: string): Promise<string[]>;
  /** Whole keys below `prefix` in `record`. */
  keys(prefix: string, page?: { readonly after?: string; readonly limit?: number }): Promise<string[]>;
}

export interface LocalWriter {
  /** Inserts or replaces the row with the same primary key. */
  put<T extends LocalTable>(table: T, row: LocalTables[T]): void;
  delete(table: LocalTable, id: string): void;
}

export type LocalStore = LocalReader & LocalWriter;
