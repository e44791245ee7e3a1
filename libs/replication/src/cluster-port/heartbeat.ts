import type { ApplyDelay } from '@tidelock/api-answers';
import type { ForwardingLevel } from '@tidelock/kernel';
import type { KeyUse } from '@tidelock/barrier';
import { CallBody } from './call-body';
import type { Moment } from './moment';

/** What a secondary tells its primary every two seconds. */
export interface HeartbeatCall {
  readonly apiAddr: string;
  readonly clusterAddr: string;
  /** WAL index applied there (`last_remote_wal`). */
  readonly appliedIndex: number;
  /** The secondary's clock, ms. */
  readonly time: number;
  /** Round trip of the call before, ms; -1 = none yet. */
  readonly lastRoundTripMs: number;
  /** How long before the call the primary had committed the newest of what was applied there, canaries included, ms. */
  readonly canaryAgeMs: number;
  /** How often this cluster has sealed with the data key in use. */
  readonly keyUse?: KeyUse;
  /** How old its state is against the primary's, ms (`lag_ms`). Absent before it has heard the primary, and from a build that does not tell. */
  readonly lagMs?: number;
  /** From the commit of mutations here to their being applied there, over the last minute, ms. Absent where none was applied. */
  readonly applyDelayMs?: ApplyDelay;
  /** The same since the heartbeat before. */
  readonly recentDelayMs?: RecentDelay;
}

type RecentDelay = Pick<ApplyDelay, 'p50' | 'max'>;

/** A secondary tells of no longer delay: a hundred years. */
export const LONGEST_DELAY_MS = 100 * 365 * 86_400_000;

/** What a peer sent, and nothing besides: it is shown, compared and kept. @throws {TidelockError} INVALID_REQUEST when it is no heartbeat. */
export function heartbeatIn(sent: unknown): HeartbeatCall {
  const body = new CallBody('a body of heartbeat', sent);
  const keyUse = body.has('keyUse') ? body.body('keyUse') : undefined;
  return {
    apiAddr: body.text('apiAddr'),
    clusterAddr: body.text('clusterAddr'),
    appliedIndex: body.count('appliedIndex'),
    time: body.number('time'),
    lastRoundTripMs: body.number('lastRoundTripMs'),
    canaryAgeMs: body.number('canaryAgeMs'),
    ...(keyUse && { keyUse: { term: keyUse.count('term'), encryptions: keyUse.count('encryptions') } }),
    ...lagIn(body),
  };
}

function lagIn(body: CallBody): Pick<HeartbeatCall, 'lagMs' | 'applyDelayMs' | 'recentDelayMs'> {
  const minute = body.has('applyDelayMs') ? body.body('applyDelayMs') : undefined;
  const recent = body.has('recentDelayMs') ? body.body('recentDelayMs') : undefined;
  return {
    ...(body.has('lagMs') && { lagMs: delayIn(body, 'lagMs') }),
    ...(minute && {
      applyDelayMs: { last: delayIn(minute, 'last'), ...quantilesIn(minute), p99: delayIn(minute, 'p99') },
    }),
    ...(recent && { recentDelayMs: quantilesIn(recent) }),
  };
}

const quantilesIn = (body: CallBody): RecentDelay => ({ p50: delayIn(body, 'p50'), max: delayIn(body, 'max') });
const delayIn = (body: CallBody, name: string): number => body.count(name, LONGEST_DELAY_MS);

export interface HeartbeatAnswer {
  readonly clusterAddrs: readonly string[];
  readonly apiAddr: string;
  readonly clusterAddr: string;
  /** Name of the stream that this secondary is to follow. */
  readonly stream: string;
  /** What the primary does for this secondary; absent from one of an earlier version. */
  readonly forwarding?: ForwardingLevel;
  /** Last index relevant to this secondary. */
  readonly index: number;
  readonly epoch: number;
  /** The primary's clock, ms. */
  readonly time: number;
  /** What deadlines are told by. */
  readonly moment?: Moment;
  /** Records that are damaged there: it asks for copies with `mend`. */
  readonly wanted?: readonly string[];
  /** The certificate is older than the set's keys, or than a revocation. */
  readonly renew?: boolean;
  /** How often all other clusters of the set have sealed with it. */
  readonly keyUseElsewhere?: KeyUse;
}

export const HEARTBEAT_INTERVAL_MS = 2000;
/** A secondary that has been silent for longer counts as disconnected. */
export const HEARTBEAT_PATIENCE_MS = 7000;
