/**
 * How long work is wanted by who asked for it. It is asked before the work begins and again as it commits: a process that was frozen finds calls in
 * its sockets that were answered with an error long ago.
 */
export interface Timeliness {
  /** To be called where the work takes effect. @throws {TidelockError} FORWARDED_TOO_LATE once the deadline is over or the caller has hung up. */
  readonly require: () => void;
  /** Milliseconds until the deadline; infinity where there is none. */
  readonly left: () => number;
}
