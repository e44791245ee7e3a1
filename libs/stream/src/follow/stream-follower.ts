import { type Task, unlessEnded } from '@tidelock/core/runtime';
import { reasonOf } from '@tidelock/kernel';
import type { Store, StreamSink } from '@tidelock/store';
import type { Applier } from '../apply/applier';
import { Backoff } from '../domain/backoff';
import { MerkleSync, type SyncParts } from '../merkle/merkle-sync';
import { forgetDifference, readSyncNote, type RemainingDifference } from '../apply/sync-note';
import type { StreamConsumer } from '../ports/stream';
import type { StreamTransport } from '../ports/stream-transport';
import { FollowFigures } from './follow-figures';
import type { FollowedStream, FollowState, FollowStatus } from './followed-stream';

export interface FollowerParts extends SyncParts {
  readonly store: SyncParts['store'] & Pick<Store, 'position' | 'waitForIndex'> & StreamSink;
  readonly transport: StreamTransport;
  readonly consumer: StreamConsumer;
  readonly applier: Applier;
  readonly topic: string;
  /** Name towards the broker. */
  readonly group: string;
  /** Called once the first copy is complete, and again after every restart. */
  readonly onCaughtUp: () => Promise<void>;
}

/** Why the stream cannot be followed any longer. */
interface Leaving {
  readonly reason: string;
  /** It is followed anew without a comparison. */
  readonly trusted: boolean;
}

/** How long one wait for an index lasts before it is looked at anew. */
const WAIT_MS = 1000;
/** How often it is asked whether the reader of the broker hangs. */
const WATCH_MS = 5000;
/** A difference that cannot be repaired is looked at again after this long. */
const KNOWN_MS = 60_000;

/**
 * Keeps a secondary on its primary's stream (P8): streams from the stored position; where the stream does not reach back, or
 * leads somewhere else, compares with the primary, fetches what differs and streams again. Requests are served all the while.
 */
export class StreamFollower implements FollowedStream {
  readonly name = 'stream';
  readonly tasks: readonly Task[] = [
    { name: 'follow', run: (signal) => this.follow(signal) },
    { name: 'watch', every: WATCH_MS, run: (signal) => unlessEnded(signal, this.parts.consumer.watch()) },
  ];
  readonly figures: FollowFigures;
  private readonly backoff = new Backoff(200, 5000);
  /** Whether to follow without a comparison; `undefined`: the store says. */
  private inStep: boolean | undefined;
  private sync: MerkleSync | undefined;
  private lastStart: number | undefined;
  private streaming = false;
  /** Why the stream was left last. */
  private left: string | undefined;
  private brokerUp = false;
  private lastError: string | undefined;
  private trouble: (reason: string, trusted?: boolean) => void = () => undefined;
  private difference: RemainingDifference | undefined;
  private forgetting: Promise<void> = Promise.resolve();
  /** Monotonic, ms: until then a checkpoint that differs tells nothing new. */
  private knownUntil = 0;
  /** Why a comparison has to begin, which none that is under way does for. */
  private wanted: string | undefined;
  /** The broker does not have the offset that the primary named: the topic is another one. The chain tells what is new in it. */
  private fromBeginning = false;
  /** The index at which the topic was read again although nobody could be asked what is missing. */
  private readAgainAt: number | undefined;

  constructor(private readonly parts: FollowerParts) {
    const { applier, clock } = parts;
    this.figures = new FollowFigures(applier, clock);
    applier.on('applied', () => this.backoff.reset());
    applier.on('gap', () => this.trouble('gap'));
    applier.on('agreed', () => this.agreed());
    applier.on('diverged', () => this.diverged());
    applier.on('resync', () => this.trouble('resync'));
  }

  get applier(): Applier {
    return this.parts.applier;
  }

  async stop(): Promise<void> {
    // Its run may have been left behind.
    this.parts.applier.end();
    await this.forgetting;
  }

  restart(reason: string, compare: boolean): void {
    this.knownUntil = 0;
    if (compare) this.wanted = reason;
    this.trouble(reason, !compare);
  }

  async repair(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { fuzzyUntil, unrepairable } = await new MerkleSync(this.parts).repair(keys);
    this.parts.applier.expectFuzzyUntil(fuzzyUntil);
    return unrepairable;
  }

  status(): FollowStatus {
    const { refused, poison, lastError: applyError } = this.parts.applier.status();
    const { lastStart, brokerUp, lastError, difference } = this;
    return {
      state: this.state(),
      refused,
      poison,
      progress: this.sync?.progress(),
      lastStart,
      brokerUp,
      lastError,
      applyError,
      difference,
    };
  }

  private state(): FollowState {
    const { halted, lastError } = this.parts.applier.status();
    if (halted === 'poison' || lastError !== undefined) return 'idle';
    if (this.sync !== undefined) return this.sync.phase;
    return this.streaming ? 'stream-wals' : 'merkle-diff';
  }

  /** Once: until the stream cannot be followed any more. @returns when to begin anew. */
  private async follow(signal: AbortSignal): Promise<number> {
    const { logger } = this.parts;
    try {
      this.inStep ??= await this.isInStep();
      if (!this.inStep) await this.synchronise(signal).catch((error: unknown) => this.readAgain(error));
      this.inStep = true;
      this.leave(await this.stream(signal), signal);
    } catch (error) {
      if (!signal.aborted) logger.warn('following the primary is held up; trying again', { reason: reasonOf(error) });
    }
    // After trouble, too: a stream that leads nowhere is not to be compared and left again in a tight circle.
    return this.backoff.delay();
  }

  private leave({ reason, trusted }: Leaving, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { logger } = this.parts;
    this.inStep = trusted && this.wanted === undefined;
    this.left = reason;
    if (!this.inStep) this.figures.left(reason);
    if (this.inStep) logger.info('following the stream anew', { reason });
    else logger.warn('the stream cannot be followed as it is; comparing with the primary', { reason });
  }

  private async isInStep(): Promise<boolean> {
    const { store } = this.parts;
    if ((await store.streamPosition()) === undefined) return false;
    const note = await readSyncNote(store.local);
    if (note?.phase === 'done') this.difference = note.difference;
    return note === undefined || note.phase === 'done';
  }

  private async synchronise(signal: AbortSignal): Promise<void> {
    this.wanted = undefined;
    this.parts.applier.resume();
    await this.forgetting;
    const sync = (this.sync = new MerkleSync(this.parts));
    await this.figures.syncs.time(() => sync.run(signal));
    this.difference = sync.difference;
    this.knownUntil = sync.difference === undefined ? 0 : performance.now() + KNOWN_MS;
  }

  /**
   * A broker that lost messages gives their offsets to others: what is missing here may stand before the place that is known, and while the
   * primary is away nobody else can tell. The chain says what follows. Once for each place.
   *
   * @throws {unknown} the error of the comparison where that has begun to change records, or the topic was read again already.
   */
  private readAgain(error: unknown): void {
    const { replicatedIndex } = this.parts.store.position();
    if (this.readAgainAt === replicatedIndex || this.left !== 'gap' || this.sync?.phase !== 'merkle-diff') throw error;
    this.readAgainAt = replicatedIndex;
    this.fromBeginning = true;
  }

  private async stream(signal: AbortSignal): Promise<Leaving> {
    const { store, transport, consumer, applier, topic, group, clock } = this.parts;
    const ended = new Promise<Leaving>((resolve) => {
      this.trouble = (reason, trusted = false) => resolve({ reason, trusted });
    });
    // Told to stop, or to compare, before there was anybody to tell.
    const reason = signal.aborted ? 'stop' : this.wanted;
    if (reason !== undefined) return { reason, trusted: false };
    signal.addEventListener('abort', () => this.trouble('stop'), { once: true });
    const over = new AbortController();
    applier.resume();
    const { brokerOffset = '' } = (await store.streamPosition()) ?? {};
    const onOffsetOutOfRange = (): void => {
      this.fromBeginning = true;
      this.trouble('offset out of range');
    };
    await transport.follow({
      consumer,
      topic,
      group,
      brokerOffset: this.fromBeginning ? '' : brokerOffset,
      take: async (messages, heartbeat) => (await applier.applyBatch(messages, heartbeat)) === 'applied',
      onOffsetOutOfRange,
      onTrouble: (reason) => this.noteBroker(reason),
    });
    this.fromBeginning = false;
    try {
      const early = await Promise.race([ended, this.caughtUp(over.signal).then(() => undefined)]);
      if (early !== undefined) return early;
      this.sync = undefined;
      this.lastStart = clock.now();
      this.streaming = true;
      this.figures.following();
      await this.parts.onCaughtUp();
      return await ended;
    } finally {
      over.abort();
      this.streaming = false;
      await transport.unfollow();
    }
  }

  /** The stream has brought what could not be had otherwise. */
  private agreed(): void {
    if (this.difference === undefined) return;
    this.difference = undefined;
    this.knownUntil = 0;
    this.forgetting = this.forgetDifference();
  }

  /** Where it fails, the next checkpoint after a restart tells again. */
  private async forgetDifference(): Promise<void> {
    const { store, logger } = this.parts;
    try {
      await store.transact(({ local }) => forgetDifference(local));
    } catch (error) {
      logger.warn("that this replica has its primary's state again cannot be kept", { reason: reasonOf(error) });
    }
  }

  /** What is known to differ is not compared again at every checkpoint: that would leave the stream every few seconds for nothing. */
  private diverged(): void {
    if (performance.now() >= this.knownUntil) this.trouble('diverged');
  }

  /** Told once an outage, not once an attempt. */
  private noteBroker(reason: string | undefined): void {
    const { logger } = this.parts;
    if (reason === undefined && this.lastError !== undefined) logger.info('the stream is read again');
    if (reason !== undefined && this.lastError === undefined)
      logger.warn('the stream cannot be read; trying again', { reason });
    this.brokerUp = reason === undefined;
    this.lastError = reason;
  }

  /** A copy was made while the primary went on: it is whole once the stream has passed where the copy ended. */
  private async caughtUp(over: AbortSignal): Promise<void> {
    const { store } = this.parts;
    const note = await readSyncNote(store.local);
    const until = note?.phase === 'done' ? note.fuzzyUntil : 0;
    while (!over.aborted && !(await store.waitForIndex(until, WAIT_MS)));
  }
}
