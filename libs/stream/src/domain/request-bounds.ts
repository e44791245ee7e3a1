/** Of what a publisher sends, and signs, as one request; a single message may be larger. Who waits for a signature keeps as much. */
export const MESSAGES_PER_REQUEST = 500;
/** Of bodies. */
export const BYTES_PER_REQUEST = 1024 * 1024;
