/** Longest name of a thing that an operator names: a secondary, a filter's secondary. In characters. */
export const LONGEST_NAME = 128;

/** Longest path of a mount, as written by a client. In characters. */
export const LONGEST_MOUNT_PATH = 512;
