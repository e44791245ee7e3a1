import { type Life, type Task, unlessEnded } from '@tidelock/core/runtime';
import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import type { JournalRow, Outbox, Store, StreamPosition } from '@tidelock/store';
import { Backoff } from '../domain/backoff';
import { sealMessage } from '../domain/envelope';
import { decodeKeyRotated } from '../domain/key-rotated';
import type { Header } from '../domain/header';
import { BYTES_PER_REQUEST, MESSAGES_PER_REQUEST } from '../domain/request-bounds';
import type { Trailer } from '../domain/trailer';
import { StreamFencedError } from '../domain/errors';
import type { StreamPublisher } from '../ports/stream';
import { Refusals } from '../apply/refusals';
import type { PublishedStream, PublisherStatus } from './published-stream';
import { type Mark, PublisherMark } from './publisher-mark';
import { Reign, type StreamIdentity, type SuccessionWatch } from './reign';
import { fullView, type StreamView } from './stream-view';

export interface PublisherParts {
  readonly store: Pick<Store, 'begin' | 'local' | 'position' | 'onCommit'> & Pick<Outbox, 'journal' | 'epoch'>;
  readonly stream: StreamPublisher;
  readonly identity: StreamIdentity;
  /** Where the topic is watched for a successor; absent for a stream that no other cluster could take over. */
  readonly succession?: SuccessionWatch;
  /** Index behind which journal rows are kept although they are published; absent: none. */
  readonly keepAfter?: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Why the broker did not do as asked, for people. */
  readonly explain?: (error: unknown) => string;
}

/** Commits wake the task; this is for what no commit announces. */
const IDLE_MS = 5000;
const IN_FLIGHT_PATIENCE_MS = 3000;

/**
 * Relays the journal to the broker: everything that waits as one request, one request at a time, in index order.
 *
 * At least once: after a crash it goes on from the stored mark and sends again what the broker may already have, with the
 * same digests, so replicas skip it as repeats. While the broker is away the journal grows and nobody waits for it.
 */
export class Publisher implements PublishedStream {
  readonly name: string;
  readonly tasks: readonly Task[];
  private readonly publishing: Task = {
    name: 'publish',
    every: IDLE_MS,
    run: (signal) => unlessEnded(signal, (this.round = this.publish(signal))),
  };
  private readonly backoff = new Backoff(100, 2000);
  private readonly mark: PublisherMark;
  private readonly view: StreamView;
  /** The last one; ends without an error. */
  private round: Promise<number | void> = Promise.resolve();
  /** Whether it sent anything; `undefined`: there was none, or it failed. */
  private sent: boolean | undefined;
  /** The topic belongs to another cluster: to claim it again would take it from that one. */
  private over = false;
  /** Steady ms: a broker that has failed is left alone until then, whoever commits. */
  private restsUntil = 0;
  private unsubscribe: () => void = () => {};
  private readonly reign: Reign | undefined;
  private readonly refusals: Refusals;
  private topicReady = false;
  private lastError: string | undefined;
  private sendingSince: number | undefined;
  private oldestPendingTime: number | null = null;
  /** Rows are on their way to the broker, each batch telling its age. */
  private relaying = false;

  constructor(private readonly parts: PublisherParts) {
    this.view = parts.identity.view ?? fullView;
    this.mark = new PublisherMark(
      parts.store,
      { set: parts.identity.set, view: this.view },
      parts.clock,
      parts.keepAfter,
    );
    this.name = `stream-${this.view.name}`;
    this.tasks = [this.publishing, this.mark.keeping];
    const { succession, stream, identity, clock, store } = parts;
    this.refusals = new Refusals(clock, parts.logger);
    this.reign =
      succession &&
      new Reign({ ...succession, stream, identity, clock, epoch: () => store.epoch, refusals: this.refusals });
  }

  async start(life: Pick<Life, 'wake'>): Promise<void> {
    await this.mark.load(life);
    await this.noteOldest();
    const wake = (): void => {
      if (!this.hasPending()) return;
      if (!this.relaying && this.oldestPendingTime === null) void this.noteOldest();
      life.wake(this.publishing);
    };
    this.unsubscribe = this.parts.store.onCommit({ committed: wake, reloaded: wake });
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    await this.parts.stream.close();
    await this.round;
    await this.parts.succession?.consumer.close();
    // What is not kept is sent again and skipped: no reason to go on running.
    await this.mark
      .flush()
      .catch((error: unknown) =>
        this.parts.logger.warn('the publisher cannot keep its mark', { reason: reasonOf(error) }),
      );
  }

  deleteTopic(): Promise<void> {
    return this.parts.stream.deleteTopic(this.parts.identity.topic);
  }

  position(): StreamPosition {
    return this.mark.position;
  }

  scanned(): number {
    return this.mark.current.scanned;
  }

  head(): number {
    return this.hasPending() ? this.parts.store.position().replicatedIndex : this.mark.position.index;
  }

  status(): PublisherStatus {
    const stuck = this.sendingSince !== undefined && this.parts.clock.now() - this.sendingSince > IN_FLIGHT_PATIENCE_MS;
    return {
      publishedIndex: this.mark.position.index,
      pendingRows: Math.max(this.parts.store.position().replicatedIndex - this.mark.current.scanned, 0),
      oldestPendingTime: this.hasPending() ? this.oldestPendingTime : null,
      brokerUp: this.topicReady && this.lastError === undefined && !stuck,
      lastError: this.lastError,
      refused: this.refusals.snapshot,
    };
  }

  private hasPending(): boolean {
    return this.parts.store.position().replicatedIndex > this.mark.current.scanned;
  }

  /** The journal's word, also where the broker was never reached. */
  private async noteOldest(): Promise<void> {
    const [first] = await this.parts.store.journal.read(this.mark.current.scanned, 1, 1).catch((): JournalRow[] => []);
    if (first !== undefined && !this.relaying) this.oldestPendingTime = first.time;
  }

  /** One request, unless the broker is left alone. @returns milliseconds until the next one, in place of the usual pause. */
  private async publish(signal: AbortSignal): Promise<number | void> {
    if (this.over) return Infinity;
    const rest = this.restsUntil - performance.now();
    if (rest > 0) return rest;
    try {
      return await this.publishOnce(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.sent = undefined;
      this.failed(error);
      const pause = this.backoff.delay();
      this.restsUntil = performance.now() + pause;
      return pause;
    }
  }

  private async publishOnce(signal: AbortSignal): Promise<number> {
    const { reign, mark, sent } = this;
    await this.ensureTopic();
    if (sent !== undefined) await reign?.look(mark.position.brokerOffset, sent || this.hasPending());
    this.over = (await reign?.begin(mark.position, signal)) === 'over';
    if (this.over) return Infinity;
    this.sent = this.hasPending() && (await this.publishPending());
    this.succeeded();
    // Behind what was sent there may be more, and somebody else's.
    return this.sent ? 0 : IDLE_MS;
  }

  private async ensureTopic(): Promise<void> {
    if (this.topicReady) return;
    await this.parts.stream.ensureTopic(this.parts.identity.topic);
    this.topicReady = true;
  }

  /** @returns false when the journal has nothing to send. */
  private async publishPending(): Promise<boolean> {
    const { store, stream, identity, clock } = this.parts;
    const rows = upToNewKey(
      await store.journal.read(this.mark.current.scanned, MESSAGES_PER_REQUEST, BYTES_PER_REQUEST),
    );
    const [first] = rows;
    if (first === undefined) return false;
    this.oldestPendingTime = first.time;
    this.relaying = true;
    await this.learnKeys(rows);
    const { messages, mark } = this.seal(rows);
    if (messages.length === 0) {
      this.moved(mark);
      return true;
    }
    this.sendingSince = clock.now();
    try {
      const { lastOffset } = await stream.publish(identity.topic, messages);
      const { brokerOffset } = mark.position;
      if (lastOffset !== '') this.reign?.published(brokerOffset, lastOffset, messages.length);
      this.moved({ ...mark, position: { ...mark.position, brokerOffset: lastOffset || brokerOffset } });
    } finally {
      this.sendingSince = undefined;
    }
    this.succeeded();
    return true;
  }

  private moved(mark: Mark): void {
    this.mark.moved(mark);
    if (!this.hasPending()) this.oldestPendingTime = null;
  }

  /** A row that announces a key commits together with it: nothing after the row is ever sealed with the old one. */
  private async learnKeys(rows: readonly JournalRow[]): Promise<void> {
    const { keys, storedKeys } = this.parts.identity;
    for (const { kind, index, body } of rows) {
      if (kind !== 'key-rotated') continue;
      const { stream, keyId } = decodeKeyRotated(body);
      if (stream !== this.view.name || keys.has(keyId)) continue;
      keys.replace((await storedKeys?.()) ?? []);
      if (!keys.has(keyId)) throw new Error(`the key that journal row ${index} announces is not in the store`);
    }
  }

  /** @returns the messages that the rows make in this stream, and where it stands behind them. */
  private seal(rows: readonly JournalRow[]): { messages: Buffer[]; mark: Mark } {
    const { set, keys } = this.parts.identity;
    let { position, scanned, memory } = this.mark.current;
    const messages: Buffer[] = [];
    const views = rows.map((row) => {
      const viewed = this.view.view(row, memory);
      ({ memory } = viewed);
      return { row, message: viewed.message };
    });
    const last = views.findLast(({ message }) => message !== undefined);
    for (const { row, message } of views) {
      // Not simply the index published last: should the journal ever miss a row, replicas must see the gap.
      const prev = row.index === scanned + 1 ? position.index : row.index - 1;
      scanned = row.index;
      if (message === undefined) continue;
      const { epoch, index, time } = row;
      const header = { kind: message.kind, set, epoch, index, prev, prevDigest: position.digest, time };
      const sealed = sealMessage(header, message.body, keys.sealing(index), (digest) =>
        this.trailerOf(header, digest, row === last?.row),
      );
      position = { ...position, epoch, index, digest: sealed.digest };
      messages.push(sealed.bytes);
    }
    return { messages, mark: { position, scanned, memory } };
  }

  /** One signature for each request, over all that it sends. What is left of an earlier reign is covered by what follows. */
  private trailerOf(header: Header, digest: Buffer, isLast: boolean): Trailer {
    const { signer } = this.parts.identity;
    if (header.epoch !== signer.epoch) return {};
    return {
      ...(header.kind === 'epoch-started' && { introduction: signer.introduce(header) }),
      ...(isLast && { signature: signer.cover(this.view.name, digest) }),
    };
  }

  private succeeded(): void {
    if (this.lastError !== undefined) this.parts.logger.info('the broker takes messages again');
    this.lastError = undefined;
    this.backoff.reset();
  }

  private failed(error: unknown): void {
    // Whatever failed, the topic may be gone: a lost one is made anew, and replicas find that it does not reach back.
    this.topicReady = false;
    this.relaying = false;
    void this.noteOldest();
    this.reign?.interrupt(error instanceof StreamFencedError);
    const reason = (this.parts.explain ?? reasonOf)(error);
    if (this.lastError === undefined)
      this.parts.logger.warn('publishing is held up; the journal keeps what waits', { reason });
    this.lastError = reason;
  }
}

/** Behind them another key begins. */
const CHANGES_KEY: ReadonlySet<string> = new Set(['key-rotated', 'epoch-started']);

/**
 * A request ends with what changes the key, or its signature would lie under the new one: followers count it before they can open what comes
 * behind it, those that the new key is not given to as well.
 */
function upToNewKey(rows: readonly JournalRow[]): readonly JournalRow[] {
  const at = rows.findIndex(({ kind }) => CHANGES_KEY.has(kind));
  return at < 0 ? rows : rows.slice(0, at + 1);
}
