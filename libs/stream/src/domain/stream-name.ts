/** Name of the stream for unfiltered secondaries; the others are named by their filter's id. */
export const FULL_STREAM = 'full';
