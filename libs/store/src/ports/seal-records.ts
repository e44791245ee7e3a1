/** The keyring, sealed under the root key. */
export const KEYRING = 'keyring';
/** How to get at the root key. */
export const SEAL_CONFIG = 'seal-config';

/** Sealed by other means than the keyring, and never deleted: without them nobody opens anything. */
export const SEAL_RECORDS: ReadonlySet<string> = new Set([KEYRING, SEAL_CONFIG]);
