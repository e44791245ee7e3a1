import type { ReceivedCall } from '../cluster-port/cluster-server';
import type { SecondaryAdmission } from '../membership/secondary-admission';
import type { ReplicationParts } from '../ports/parts';

export interface GateParts extends Pick<ReplicationParts, 'clock' | 'host'> {
  readonly admission: Pick<SecondaryAdmission, 'require'>;
}

/** Every two seconds, from everybody: no device keeps that. */
const UNRECORDED = 'heartbeat';
/** The reads of a copy: many calls, one reader. */
const COPY = 'merkle-';
/** The requests that are sent on have an entry of their own, by their own path. */
const FORWARD = 'forward';
/** Of the name of a call, in its entry. */
const LONGEST_CALL = 64;
/** Of the records that a call brings, in its entry; in characters. */
const LONGEST_KEY = 2048;
const MOST_KEYS = 100;

/**
 * What each call of the cluster port passes: the caller's state says whether it is let in, and whatever becomes of it is on record, the reads
 * of the copy as one entry a connection.
 */
export function clusterGate({ clock, host, admission }: GateParts) {
  const readers = new WeakSet<object>();
  return async ({ name, body, peer }: ReceivedCall, work: () => Promise<unknown>): Promise<unknown> => {
    const isRead = name.startsWith(COPY);
    const refusal = await admission.require(peer.secondaryId, name, clock.now()).then(
      () => undefined,
      (error: Error) => error,
    );
    const goesUnrecorded = name === UNRECORDED || name === FORWARD || (isRead && readers.has(peer.session));
    if (refusal === undefined && goesUnrecorded) return work();
    const { secondaryId, remoteAddress, remotePort, session } = peer;
    const called = { name: name.slice(0, LONGEST_CALL), reads: isRead, secondaryId, remoteAddress, remotePort };
    const answer = await host.onRecord({ ...called, data: factsIn(body) }, () =>
      refusal === undefined ? work() : Promise.reject(refusal),
    );
    if (isRead) readers.add(session);
    return answer;
  };
}

/** What tells records apart, of calls that name some. Never a value. */
function factsIn(body: unknown): Record<string, unknown> {
  const { index, path, mount, records, copies } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const named = Array.isArray(records) ? records : copies;
  return {
    ...(typeof index === 'number' && { index }),
    ...(typeof path === 'string' && { path }),
    ...(typeof mount === 'string' && { mount }),
    ...(Array.isArray(named) && { keys: keysIn(named.slice(0, MOST_KEYS)), records: named.length }),
  };
}

/** Texts only: nothing of what a peer sends may make the entry fail, or large. */
function keysIn(records: readonly unknown[]): string[] {
  const keys = records.map((record) => (record as { key?: unknown } | null | undefined)?.key);
  return keys.filter((key) => typeof key === 'string').map((key) => key.slice(0, LONGEST_KEY));
}
