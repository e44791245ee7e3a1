/** The keyring, sealed under the root key. */
export const KEYRING = 'keyring';
/** The set's shares, and the root key behind them. */
export const SHARES = 'seal-config';

/** Sealed by other means than the keyring, and never deleted: without them nobody opens anything. */
export const SEAL_RECORDS: ReadonlySet<string> = new Set([KEYRING, SHARES]);
