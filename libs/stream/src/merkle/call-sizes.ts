export const PAGES = 256;
export const BUCKETS_PER_PAGE = 256;

/** Buckets whose leaves are asked for at once: some thousand keys of a store with a million. */
export const BUCKETS_PER_CALL = 256;
/** Records that are asked for at once. */
export const KEYS_PER_CALL = 500;
