import type { Clock } from '@tidelock/kernel';
import type { Refusals } from '../apply/refusals';
import type { StreamPosition } from '@tidelock/store';
import type { ReignSigner } from '../domain/reign-signer';
import type { StreamKeyring } from '../domain/stream-key';
import type { StreamConsumer, StreamPublisher } from '../ports/stream';
import type { StreamView } from './stream-view';
import { findSuccession, type KnownTopic, type OwnPlace, type Succession, type TopicTail } from './succession';

/** Whoever publishes is told by the broker. A question for every commit that came during a request would hold the next one up. */
const LOOK_EVERY_MS = 5000;
/** A promotion that wrote its fence and not its epoch for so long has failed: its set still has the primary it had. */
const FENCE_PATIENCE_MS = 30_000;
/**
 * Kafka forgets who has claimed a topic a week after the claim (`transactional.id.expiration.ms`), however much is published, as no transactions are
 * used. A successor's claim would then shut nobody out.
 */
const CLAIM_LASTS_MS = 24 * 60 * 60 * 1000;

/** The stream that a publisher makes. */
export interface StreamIdentity {
  readonly set: string;
  readonly topic: string;
  readonly keys: StreamKeyring;
  /** All keys of the stream as stored: asked when the journal announces one that is not in `keys`. */
  readonly storedKeys?: () => Promise<readonly string[]>;
  /** Signs for the reign of the cluster that publishes. */
  readonly signer: ReignSigner;
  /** What of the journal belongs to the stream; absent = everything. */
  readonly view?: StreamView;
}

/** How a primary learns that there is another one. */
export interface SuccessionWatch {
  /** The publisher's own: closed when it stops. */
  readonly consumer: StreamConsumer;
  /** `undefined`: there is none, or none any more. Once a successor has started its epoch nothing more is published here. */
  readonly onChange: (succession: Succession | undefined) => void;
  /** Public keys (base64) of the members that may begin a reign. */
  readonly successors: () => Promise<ReadonlySet<string>>;
}

export interface ReignParts extends SuccessionWatch {
  readonly stream: Pick<StreamPublisher, 'claim'>;
  readonly identity: StreamIdentity;
  readonly clock: Clock;
  readonly epoch: () => number;
  /** Counts what claims a later epoch and is believed nothing. */
  readonly refusals: Refusals;
}

/**
 * A primary's right to publish (P6): taken with the topic's identity, given up when the topic tells of a later epoch. A publisher
 * claims first and looks then. Two may still miss each other, for a claim counts from its first message on; then one of them is refused
 * at its next message, and looks again.
 */
export class Reign {
  private begun = false;
  private claimedAt = 0;
  private lookedAt: number;
  private fenced = false;
  /** By member. */
  private readonly fencedSince = new Map<string, number>();
  /** Members that announced a reign which never began: they hold nothing up again. */
  private readonly broken = new Set<string>();
  /** The topic's end when it was last looked at. */
  private seenTo = '';
  /** Somebody else's messages lie between one's own: the offset of one's own before the first of them that was not looked at. */
  private mixedAfter: string | undefined;
  /** What was looked at since the topic was first read from its beginning, and in which epoch. */
  private known: (KnownTopic & { readonly epoch: number }) | undefined;

  constructor(private readonly parts: ReignParts) {
    this.lookedAt = parts.clock.now();
  }

  /** Claims the topic, unless that is done and still counts. @returns `over` when it belongs to a later epoch. @throws while that is open. */
  async begin(published: StreamPosition, signal: AbortSignal): Promise<'begun' | 'over'> {
    const now = this.parts.clock.now();
    if (this.begun && now - this.claimedAt < CLAIM_LASTS_MS) return 'begun';
    this.begun = false;
    const { stream, consumer, refusals } = this.parts;
    const { set, topic } = this.parts.identity;
    await stream.claim(topic);
    this.claimedAt = now;
    const own = this.ownPlace(published);
    const tail: TopicTail = {
      consumer,
      topic,
      set,
      successors: await this.parts.successors(),
      onRefused: (reason, offset) => void refusals.count(reason, offset),
    };
    const { succession: found, known: knownNow } = await findSuccession(tail, own, this.fenced, signal);
    if (knownNow !== undefined) this.known = { ...knownNow, epoch: own.epoch };
    this.fenced = false;
    const verdict = this.judge(found);
    if (verdict === 'open') throw new Error(`another cluster is taking over the stream, with epoch ${found?.epoch}`);
    this.begun = verdict === 'begun';
    this.mixedAfter = undefined;
    this.parts.onChange(verdict === 'over' ? found : undefined);
    return verdict;
  }

  /**
   * After a failure, whatever it was: the topic may belong to somebody else now.
   *
   * @param fenced another cluster has published, perhaps in this very epoch: then only the whole topic tells who began it first.
   */
  interrupt(fenced: boolean): void {
    this.begun = false;
    this.fenced ||= fenced;
  }

  /**
   * A request has been published. Whoever wrote to the topic since the one before is seen by the offsets: the next look goes back to there.
   *
   * @param before offset of one's own last message before it; `""` = not known.
   * @param count messages in it.
   */
  published(before: string, last: string, count: number): void {
    if (before === '' || BigInt(last) === BigInt(before) + BigInt(count)) return;
    // Offsets that begin anew are another topic's.
    if (BigInt(last) <= BigInt(before)) this.mixedAfter = '';
    this.mixedAfter ??= before;
  }

  /**
   * Whether somebody else has written to the topic: then it is claimed and looked at anew.
   *
   * @param busy there is something to publish: not looked more often than every few seconds. Nothing is asked meanwhile.
   */
  async look(offset: string, busy: boolean): Promise<void> {
    const now = this.parts.clock.now();
    if (offset === '' || (busy && now - this.lookedAt < LOOK_EVERY_MS)) return;
    this.lookedAt = now;
    if (this.mixedAfter !== undefined) {
      this.begun = false;
      return;
    }
    const high = await this.parts.consumer.highWatermark(this.parts.identity.topic);
    if (high === this.seenTo || BigInt(high) === BigInt(offset) + 1n) return;
    this.seenTo = high;
    this.begun = false;
  }

  private ownPlace({ epoch: publishedEpoch, brokerOffset }: StreamPosition): OwnPlace {
    const { reignKey, memberKey } = this.parts.identity.signer;
    const epoch = this.parts.epoch();
    return {
      epoch,
      reignKey,
      memberKey,
      started: !this.fenced && publishedEpoch === epoch,
      offset: this.mixedAfter ?? brokerOffset,
      known: this.known?.epoch === epoch ? this.known : undefined,
    };
  }

  private judge(found: Succession | undefined): 'begun' | 'open' | 'over' {
    if (found === undefined) {
      this.fencedSince.clear();
      return 'begun';
    }
    if (found.after !== undefined) return 'over';
    const now = this.parts.clock.now();
    // Of each the time runs from its own fence.
    const waitedFor = found.by.filter((member) => !this.isBroken(member, now));
    if (waitedFor.length === 0) return 'begun';
    this.parts.onChange(found);
    return 'open';
  }

  private isBroken(member: string, now: number): boolean {
    const since = this.fencedSince.get(member) ?? now;
    this.fencedSince.set(member, since);
    if (now - since > FENCE_PATIENCE_MS) this.broken.add(member);
    return this.broken.has(member);
  }
}
