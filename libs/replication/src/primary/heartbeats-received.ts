import type { KnownSecondary, LagPoint } from '@tidelock/api-answers';
import { type Clock, rfc3339 } from '@tidelock/kernel';
import { HEARTBEAT_PATIENCE_MS, type HeartbeatCall } from '../cluster-port/heartbeat';
import { LagHistory } from '../lag/lag-history';

/** An entry of the primary's `secondaries`, without what its filter tells (replication API page, "Check performance status"). */
export type HeardSecondary = Omit<KnownSecondary, 'stream' | 'merkle_root' | 'forwarding' | 'hidden_mounts'>;

type MeasuredLag = Pick<KnownSecondary, 'lag_ms' | 'apply_delay_ms'>;

interface Received extends HeartbeatCall {
  readonly at: number;
  /** Last index of its stream at that time, or the last one known. */
  readonly head: number;
  /** When it was last known to have all that its stream had. */
  readonly inStepAt: number;
}

/** The primary's memory of its secondaries' heartbeats. */
export class HeartbeatsReceived {
  private readonly last = new Map<string, Received>();
  private readonly lags = new Map<string, LagHistory>();

  constructor(private readonly clock: Clock) {}

  note(secondaryId: string, call: HeartbeatCall): void {
    const at = this.clock.now();
    const { head = call.appliedIndex, inStepAt = at - call.canaryAgeMs } = this.last.get(secondaryId) ?? {};
    this.last.set(secondaryId, { ...call, at, head, inStepAt });
  }

  /**
   * @param head last index that the stream of a noted secondary had at its heartbeat. What comes behind it cannot have been applied yet, and is
   * no lag until the next heartbeat.
   */
  noteHead(secondaryId: string, head: number): void {
    const received = this.last.get(secondaryId);
    if (received === undefined) return;
    const { appliedIndex, at, inStepAt } = received;
    this.last.set(secondaryId, { ...received, head, inStepAt: appliedIndex >= head ? at : inStepAt });
    this.lagsOf(secondaryId).add(at, received, Math.max(0, head - appliedIndex));
  }

  forget(secondaryId: string): void {
    this.last.delete(secondaryId);
    this.lags.delete(secondaryId);
  }

  /** What all of these secondaries have told to have applied; 0 while one of them has not told yet. */
  lowestApplied(secondaryIds: readonly string[]): number {
    const applied = secondaryIds.map((id) => this.last.get(id)?.appliedIndex ?? 0);
    return Math.min(Number.MAX_SAFE_INTEGER, ...applied);
  }

  /** By id: whether a secondary is heard. */
  connections(): ReadonlyMap<string, boolean> {
    return new Map([...this.last].map(([id, { at }]) => [id, this.isHeard(at)]));
  }

  /** @param streamOf what a secondary's stream is, and its last index. */
  statuses<T extends object>(
    streamOf: (id: string) => T & { readonly head: number },
  ): (HeardSecondary & Omit<T, 'head'>)[] {
    return [...this.last]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, received]) => {
        const { head, ...stream } = streamOf(id);
        return { ...this.statusOf(id, received, head), ...stream };
      });
  }

  /** By id: how far secondaries were behind, from behind a time on; ms since the Unix epoch. */
  histories(since: number, now: number): Readonly<Record<string, LagPoint[]>> {
    return Object.fromEntries([...this.lags].map(([id, history]) => [id, history.since(since, now)]));
  }

  private lagsOf(secondaryId: string): LagHistory {
    const known = this.lags.get(secondaryId) ?? new LagHistory();
    this.lags.set(secondaryId, known);
    return known;
  }

  /** A clock that was set back makes nothing younger than new. */
  private age(at: number): number {
    return Math.max(0, this.clock.now() - at);
  }

  private isHeard(at: number): boolean {
    return this.age(at) <= HEARTBEAT_PATIENCE_MS;
  }

  private statusOf(id: string, { at, inStepAt, ...call }: Received, head: number): HeardSecondary {
    const age = this.age(at);
    const isHeard = this.isHeard(at);
    const lag = Math.max(0, (isHeard ? call.head : head) - call.appliedIndex);
    return {
      node_id: id,
      api_address: call.apiAddr,
      cluster_address: call.clusterAddr,
      connection_status: isHeard ? 'connected' : 'disconnected',
      last_heartbeat: rfc3339(at),
      last_heartbeat_duration_ms: String(call.lastRoundTripMs),
      clock_skew_ms: String(call.lastRoundTripMs < 0 ? -1 : Math.round(call.time + call.lastRoundTripMs / 2 - at)),
      replication_primary_canary_age_ms: String(call.canaryAgeMs + age),
      lag_mutations: lag,
      lag_seconds: lag === 0 ? 0 : Math.max(1, Math.ceil(this.age(inStepAt) / 1000)),
      ...(isHeard ? measuredBy(call) : lostLag(call, lag, Math.min(call.canaryAgeMs + age, this.age(inStepAt)))),
    };
  }
}

const measuredBy = ({ lagMs, applyDelayMs }: HeartbeatCall): MeasuredLag => ({
  ...(lagMs !== undefined && { lag_ms: lagMs }),
  ...(applyDelayMs && { apply_delay_ms: applyDelayMs }),
});

/** Of one that is not heard: `since` it had all that was there, or the newest that it told to have applied. */
const lostLag = ({ lagMs }: HeartbeatCall, lag: number, since: number): MeasuredLag =>
  lagMs === undefined ? {} : { lag_ms: lag === 0 ? 0 : Math.max(0, Math.round(since)) };
