/** Every failure a caller can see. The code is stable and public; the text follows Vault's wording. */
export const ERRORS = {
  SEALED: { status: 503, text: 'Vault is sealed' },
  NOT_INITIALIZED: { status: 400, text: 'Vault is not initialized' },
  PERMISSION_DENIED: { status: 403, text: 'permission denied' },
  INVALID_REQUEST: { status: 400, text: 'invalid request' },
  /** Nothing is stored there: the answer is 404 with an empty list of errors. */
  NOT_FOUND: { status: 404, text: '' },
  /** No mount serves the path. */
  NO_HANDLER: { status: 404, text: 'no handler for route' },
  UNSUPPORTED_PATH: { status: 404, text: 'unsupported path' },
  UNSUPPORTED_OPERATION: { status: 405, text: 'unsupported operation' },
  REQUEST_TOO_LARGE: { status: 413, text: 'http: request body too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, text: 'unsupported media type' },
  /** A secondary may not write replicated state: the pipeline catches this and forwards the request. */
  READ_ONLY_REPLICA: { status: 503, text: 'cannot write to readonly storage' },
  /** The client asked for a state (X-Vault-Index) that this node has not applied yet. */
  REQUIRED_STATE_MISSING: { status: 412, text: 'required index state not present' },
  /** Another request changed what this one had read: the pipeline runs the request again. */
  WRITE_CONFLICT: { status: 503, text: 'the request was overtaken by other writes to the same data; try again' },
  /** As WRITE_CONFLICT, of a request whose body was read as a stream: it cannot run again. */
  NOT_REPEATABLE: { status: 503, text: 'the request was overtaken by other writes to the same data; try again' },
  FORWARDING_FAILED: { status: 503, text: 'failed to forward request to the primary cluster' },
  /** The secondary that sent it has given up, and told its client so. */
  FORWARDED_TOO_LATE: { status: 503, text: 'the request reached the primary too late; nothing was done' },
  PRIMARY_UNREACHABLE: { status: 502, text: 'the primary cluster cannot be reached' },
  /** What an engine asked outside the store was not answered in time. */
  OUTSIDE_UNANSWERED: { status: 502, text: 'context deadline exceeded' },
  /** Nobody waits for the answer any more. */
  CLIENT_GONE: { status: 503, text: 'context canceled' },
  RATE_LIMITED: { status: 429, text: 'rate limit quota exceeded' },
  /** A stored value does not open under the keyring: it was changed outside the barrier. */
  CORRUPT_RECORD: { status: 500, text: 'stored data failed authentication' },
  /** A stored value is sealed under a key of the barrier that a rekey made, and this cluster has yet to get. */
  UNKNOWN_TERM: {
    status: 503,
    text: 'this cluster has not got the keys of the last rekey yet: stored data that is newer cannot be read',
  },
  /** The disk has no room, or takes no writes: nothing of the request was done. */
  STORAGE_FULL: { status: 507, text: 'the disk of the storage is full; nothing was written' },
  STORAGE_FAILED: { status: 503, text: 'the disk of the storage takes no writes; nothing was written' },
  /** The database does not answer: nothing of the request was done. */
  STORAGE_UNAVAILABLE: { status: 503, text: 'the storage of this node cannot be reached' },
  /** The answer to a commit was lost: only the database knows what became of it. */
  COMMIT_UNKNOWN: {
    status: 503,
    text: 'the storage was lost during the commit; whether the change took effect is not known',
  },
  /** Another node has the right to write: nothing of the request was done. */
  FENCED: { status: 503, text: 'Vault is in standby mode: another node writes to the storage of this cluster' },
  /** The stream skipped a mutation. Never stepped over: the replica stops and resynchronises. */
  STREAM_GAP: { status: 500, text: 'replication stream has a gap' },
  /** A message of the stream is forged, garbled or foreign. */
  STREAM_MESSAGE_REFUSED: { status: 500, text: 'replication stream message refused' },
  INTERNAL: { status: 500, text: 'internal error' },
} as const satisfies Record<string, { status: number; text: string }>;

export type ErrorCode = keyof typeof ERRORS;
