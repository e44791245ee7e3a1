import { setTimeout as sleep } from 'node:timers/promises';
import type { Peer } from '@tidelock/api-answers';
import type { KeyUse } from '@tidelock/barrier';
import { type Task, unlessEnded } from '@tidelock/core/runtime';
import { type Clock, type ForwardingLevel, isTidelockError, type Logger, reasonOf, rfc3339 } from '@tidelock/kernel';
import { type CallOptions, ClusterClient, isRefused, PrimaryUnreachable } from '../cluster-port/cluster-client';
import { type Moment, momentAfter } from '../cluster-port/moment';
import type { KeyPairPem } from '../cluster-port/certificates';
import {
  HEARTBEAT_INTERVAL_MS,
  HEARTBEAT_PATIENCE_MS,
  type HeartbeatAnswer,
  type HeartbeatCall,
} from '../cluster-port/heartbeat';
import type { AppliedMessage } from '@tidelock/stream';
import { ApplyDelays, MINUTE_MS } from '../lag/apply-delays';
import type { Credentials, Role } from '../membership/role-store';

/** gRPC's names for the state of a channel, which Vault's status shows. */
export type ConnectionState = 'connecting' | 'ready' | 'transient_failure' | 'shutdown';

export interface LinkFacts {
  /** What the heartbeat reports about this cluster. */
  report(): Pick<HeartbeatCall, 'apiAddr' | 'clusterAddr' | 'appliedIndex' | 'keyUse'>;
  /** Has what was applied on the disk. @returns its index: the primary keeps for nobody what all have told to have. */
  settled(): Promise<number>;
  /** When the primary committed what was applied last, by its clock, ms; `undefined` before the first message. */
  appliedTime(): number | undefined;
  /** The stream that the primary has this cluster follow. */
  streamNamed(name: string): void;
  /** The primary asks for copies of these records, which are damaged there. */
  wanted(keys: readonly string[]): void;
  /** The primary has answered. @param renew it wants this cluster to have another certificate. */
  heard(renew: boolean): void;
  /** The primary knows nobody by the certificate that this cluster shows. */
  refused(): void;
  /** How often the other clusters have used the barrier's data key. */
  keyUsedElsewhere(use: KeyUse): void;
  /** The primary gave other addresses than before: kept for the next start. */
  learned(addresses: readonly string[], apiAddr: string): Promise<void>;
}

/** What the last heartbeat told about the way to the primary. All in ms. */
export interface Echo {
  /** Round trip. */
  readonly durationMs: number;
  /** How far the primary's clock is ahead of this one. */
  readonly clockSkewMs: number;
  /** Since the primary committed the newest of what has been applied here. */
  readonly canaryAgeMs: number;
}

/** As a heartbeat tells it. */
type MeasuredLag = Pick<HeartbeatCall, 'lagMs' | 'applyDelayMs' | 'recentDelayMs'>;

/** A deadline lies before the end of the caller's patience: for the way of the answer, and for clocks that go unequally. */
const MARGIN_MS = 500;

/** A storage that is well needs some ms. */
const SETTLE_MS = 1000;

const notSent = (error: unknown): unknown =>
  error instanceof PrimaryUnreachable ? new PrimaryUnreachable(error.tried, error.cause, false) : error;

/** A secondary's connection to its primary: calls, heartbeats, and what they tell. */
export class PrimaryLink {
  readonly heartbeat: Task = {
    name: 'heartbeat',
    every: HEARTBEAT_INTERVAL_MS,
    run: (signal) => unlessEnded(signal, this.beat()),
  };
  private readonly client: ClusterClient;
  private addresses: readonly string[];
  private stopped = false;
  private state: ConnectionState = 'connecting';
  private last: { readonly answer: HeartbeatAnswer; readonly at: number; readonly roundTripMs: number } | undefined;
  /** The primary's time as it told it last, and when that was here: monotonic, ms. */
  private heard: { readonly moment: Moment; readonly at: number } | undefined;
  /** As it was told last. */
  private settledIndex = 0;
  private readonly beganAt: number;
  /** When this cluster last had everything that the primary had, as far as is known. */
  private inStepAt: number | undefined;
  private readonly delays: ApplyDelays;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    role: Role,
    { authority, identity }: Credentials,
    private readonly facts: LinkFacts,
  ) {
    this.addresses = role.knownPrimaryClusterAddrs;
    this.beganAt = clock.now();
    this.delays = new ApplyDelays(clock);
    this.client = new ClusterClient({
      setId: role.setId,
      authority: authority.certificate,
      identity,
      addresses: () => this.addresses,
    });
  }

  stop(): void {
    this.stopped = true;
    this.state = 'shutdown';
    this.client.close();
  }

  useIdentity(identity: KeyPairPem): void {
    this.client.useIdentity(identity);
  }

  /** A call that is to be done at most once takes no effect after it has given up. */
  call<T>(name: string, body: unknown, options: CallOptions = {}): Promise<T> {
    return options.atMostOnce ? this.callInTime<T>(name, body, options) : this.client.call<T>(name, body, options);
  }

  /** Whether the primary answers. @returns its last index. @throws {PrimaryUnreachable} when it does not; its own error when it refuses. */
  async probe(milliseconds: number): Promise<number> {
    const end = performance.now() + milliseconds;
    const facts = await this.settledFacts(Math.min(SETTLE_MS, milliseconds / 2));
    return (await this.ask(this.question(this.clock.now(), facts), end - performance.now())).index;
  }

  get calls() {
    return this.client.calls;
  }

  get connectionState(): ConnectionState {
    const silent = this.last !== undefined && this.clock.now() - this.last.at > HEARTBEAT_PATIENCE_MS;
    return this.state === 'ready' && silent ? 'transient_failure' : this.state;
  }

  get knownAddresses(): readonly string[] {
    return this.addresses;
  }

  /** The primary's last index, as far as is known; 0 before the first heartbeat. */
  get primaryIndex(): number {
    return this.last?.answer.index ?? 0;
  }

  /** What the primary does for this cluster; `undefined` before the first heartbeat. */
  get forwarding(): ForwardingLevel | undefined {
    return this.last?.answer.forwarding;
  }

  /** Mutations that the primary has and this cluster has not; while it is not heard, at least so many, and `undefined` where none is known of. */
  lagMutations(appliedIndex: number): number | undefined {
    const lag = Math.max(0, this.primaryIndex - appliedIndex);
    return lag > 0 || this.connectionState === 'ready' ? lag : undefined;
  }

  /** These messages of the stream are committed here. Before the primary's clock is known nobody can tell how long they took. */
  applied(messages: readonly AppliedMessage[]): void {
    if (this.last !== undefined) this.delays.note(messages, this.clockSkewMs);
  }

  /** What was measured of the way from a commit there to this cluster. */
  measured(appliedIndex: number): MeasuredLag {
    if (this.last === undefined) return {};
    const { delays, inStepAt } = this;
    const { canaryAgeMs } = this.echo();
    const minute = delays.within(MINUTE_MS);
    const recent = delays.within(HEARTBEAT_INTERVAL_MS);
    return {
      lagMs: delays.lagMs({ isInStep: this.isInStep(appliedIndex), inStepAt, canaryAgeMs }),
      ...(minute && { applyDelayMs: minute }),
      ...(recent && { recentDelayMs: { p50: recent.p50, max: recent.max } }),
    };
  }

  /** Seconds since this cluster was last known to have all that the primary had. */
  lagSeconds(appliedIndex: number): number {
    if (this.isInStep(appliedIndex)) return 0;
    return Math.ceil(this.msSinceInStep(this.clock.now()) / 1000);
  }

  /** The entry of the status's `primaries`. */
  primaryStatus(): Peer[] {
    if (this.last === undefined) return [];
    const { answer, at } = this.last;
    const { durationMs, clockSkewMs, canaryAgeMs } = this.echo();
    return [
      {
        api_address: answer.apiAddr,
        cluster_address: answer.clusterAddr,
        connection_status: this.connectionState === 'ready' ? 'connected' : 'disconnected',
        last_heartbeat: rfc3339(at),
        last_heartbeat_duration_ms: String(durationMs),
        clock_skew_ms: String(clockSkewMs),
        replication_primary_canary_age_ms: String(canaryAgeMs),
      },
    ];
  }

  /** A duration of -1 = no heartbeat has been answered yet. */
  echo(): Echo {
    const { clockSkewMs } = this;
    const now = this.clock.now();
    const appliedTime = this.facts.appliedTime();
    // Measured on the primary's clock at both ends; until a first message has told its time, since this cluster was in step.
    const canaryAgeMs =
      appliedTime === undefined ? this.msSinceInStep(now) : Math.max(0, now + clockSkewMs - appliedTime);
    return { durationMs: this.last?.roundTripMs ?? -1, clockSkewMs, canaryAgeMs };
  }

  private get clockSkewMs(): number {
    return this.last === undefined ? 0 : Math.round(this.last.answer.time + this.last.roundTripMs / 2 - this.last.at);
  }

  private isInStep(appliedIndex: number): boolean {
    return appliedIndex >= this.primaryIndex && this.connectionState === 'ready';
  }

  private async callInTime<T>(
    name: string,
    body: unknown,
    { timeoutMilliseconds = 10_000, ...options }: CallOptions,
  ): Promise<T> {
    const end = performance.now() + timeoutMilliseconds;
    for (let again = false; ; again = true) {
      if (this.heard === undefined)
        await this.probe(end - performance.now()).catch((error: unknown) => {
          throw notSent(error);
        });
      const remaining = end - performance.now();
      const deadline = this.inPrimarysTime(end - MARGIN_MS);
      try {
        return await this.client.call<T>(name, body, {
          ...options,
          timeoutMilliseconds: remaining,
          ...(deadline && { deadline }),
        });
      } catch (error) {
        if (again || !isTidelockError(error, 'FORWARDED_TOO_LATE')) throw error;
        // Nothing was done. The primary was started anew, or its clock was set: its time has to be learnt again.
        this.heard = undefined;
      }
    }
  }

  /** Never later than it is there: what was heard was already on its way. */
  private inPrimarysTime(at: number): Moment | undefined {
    return this.heard && momentAfter(this.heard.moment, at - this.heard.at);
  }

  private async ask(question: HeartbeatCall, timeoutMilliseconds: number): Promise<HeartbeatAnswer> {
    const answer = await this.client.call<HeartbeatAnswer>('heartbeat', question, { timeoutMilliseconds });
    if (answer.moment !== undefined) this.heard = { moment: answer.moment, at: performance.now() };
    return answer;
  }

  private async beat(): Promise<void> {
    try {
      const facts = await this.settledFacts(SETTLE_MS);
      const began = this.clock.now();
      const answer = await this.ask(this.question(began, facts), 5000);
      const now = this.clock.now();
      this.last = { answer, at: now, roundTripMs: now - began };
      if (this.facts.report().appliedIndex >= answer.index) this.inStepAt = now;
      this.become('ready');
      await this.learn(answer);
    } catch (error) {
      this.become('transient_failure', error);
      if (isRefused(error)) this.facts.refused();
    }
  }

  /** A storage that is away or hangs keeps no heartbeat up: the primary is told again what it knows. */
  private async settledFacts(milliseconds: number): Promise<ReturnType<LinkFacts['report']>> {
    const settled = this.facts.settled().then(
      (index) => void (this.settledIndex = index),
      () => undefined,
    );
    await Promise.race([settled, sleep(milliseconds, undefined, { ref: false })]);
    return { ...this.facts.report(), appliedIndex: this.settledIndex };
  }

  private question(time: number, facts: ReturnType<LinkFacts['report']>): HeartbeatCall {
    const { durationMs, canaryAgeMs } = this.echo();
    return { ...facts, time, lastRoundTripMs: durationMs, canaryAgeMs, ...this.measured(facts.appliedIndex) };
  }

  /** Never less than nothing, also when the clock was set back. */
  private msSinceInStep(now: number): number {
    return Math.max(0, now - (this.inStepAt ?? this.beganAt));
  }

  private become(state: ConnectionState, error?: unknown): void {
    if (this.stopped || state === this.state) return;
    this.state = state;
    if (error === undefined) this.logger.info('connected to the primary cluster');
    else this.logger.warn('lost the primary cluster; trying again', { reason: reasonOf(error) });
  }

  private async learn(answer: HeartbeatAnswer): Promise<void> {
    const { clusterAddrs, apiAddr, stream, wanted, renew = false, keyUseElsewhere } = answer;
    if (keyUseElsewhere !== undefined) this.facts.keyUsedElsewhere(keyUseElsewhere);
    this.facts.heard(renew);
    this.facts.streamNamed(stream);
    if (wanted !== undefined) this.facts.wanted(wanted);
    if (clusterAddrs.length === 0 || clusterAddrs.join() === this.addresses.join()) return;
    this.addresses = clusterAddrs;
    await this.facts.learned(clusterAddrs, apiAddr);
  }
}
