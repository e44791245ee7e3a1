import { isWithinReach } from '../domain/epoch-start';
import { isGenuine } from '../domain/reign-signer';
import { type RefusalReason, StreamMessageRefusedError } from '../domain/errors';
import { decodeHeader, type Header } from '../domain/header';
import { type Introduction, trailerOf } from '../domain/trailer';
import type { StreamMessage } from '../ports/stream';
import { digestOf, type KnownMessage, readBehind, readOn, type Tail } from './tail';

/** A later epoch than one's own, found in the topic. */
export interface Succession {
  /** The latest one that has begun: a fence that came later is of a promotion that may have failed. While none has begun, the latest that is fenced for. */
  readonly epoch: number;
  /** Index of the last message of one's own epoch that the next one builds on; `undefined` while only fences are there. */
  readonly after: number | undefined;
  /** Public keys (base64) of the members that began later epochs; while none has, of those that fenced for one. */
  readonly by: readonly string[];
}

export interface TopicTail extends Tail {
  readonly set: string;
  /** Public keys (base64) of the members that may begin a reign. */
  readonly successors: ReadonlySet<string>;
  /**
   * Told, as they come, of messages that nobody can read, and of those that claim a later epoch which no member has begun before them in
   * what is read: there may be very many. A message may be told again by the next reading.
   */
  readonly onRefused: (reason: RefusalReason, offset: string) => void;
}

/** The topic is known from its beginning up to a message: no later epoch begins there, nor one's own in another's hands. */
export interface KnownTopic extends KnownMessage {
  /** One's own epoch, as it was then, has begun there. */
  readonly started: boolean;
}

/** What a look at the topic has found, and how far that is known now; absent where not all was looked at. */
export interface Found {
  readonly succession?: Succession;
  readonly known?: KnownTopic;
}

/** What this cluster has said in the topic, as primary. */
export interface OwnPlace {
  readonly epoch: number;
  /** Its public key. */
  readonly reignKey: Buffer;
  /** Public key of this member. */
  readonly memberKey: Buffer;
  /** The epoch is known to have begun in the topic. */
  readonly started: boolean;
  /** The broker's offset of one's own last message; `""` = not known. */
  readonly offset: string;
  /** From an earlier look at all, in this epoch, that found no successor: not read again. */
  readonly known?: KnownTopic | undefined;
}

/**
 * Looks for a later epoch behind a place in the topic: whether another cluster has been made primary. Where two clusters were
 * promoted at the same time, to the same epoch, the one that began it first in the topic is the later one's successor.
 *
 * Only a member's signature makes an epoch; anything else that claims one has no effect. Whoever succeeded this cluster was a member by its
 * own records, so where the topic reaches back to one's own last message, the successor's signature is behind it if there is one.
 *
 * @param whole look at all that the topic holds, not only at what is behind one's own last message.
 * @throws {Error} when the broker does not answer; or when the topic does not reach back, and holds messages of a later epoch: its beginning may
 *   be gone, so nothing must be published over them, but a broker's word alone deposes nobody.
 */
export async function findSuccession(
  tail: TopicTail,
  own: OwnPlace,
  whole: boolean,
  signal: AbortSignal,
): Promise<Found> {
  const more =
    whole && own.known !== undefined ? await findBehind(tail, { ...own, known: own.known }, signal) : undefined;
  if (more !== undefined) return more;
  const later = new LaterEpochs(tail, own);
  const reachesBack = await readOn(tail, { offset: own.offset, whole }, signal, (message) => later.note(message));
  return later.found(reachesBack, whole);
}

/** Somebody who fences a primary again and again does not have it read all again each time. @returns `undefined` for a topic that is not the one that is known. */
async function findBehind(
  tail: TopicTail,
  own: OwnPlace & { readonly known: KnownTopic },
  signal: AbortSignal,
): Promise<Found | undefined> {
  const later = new LaterEpochs(tail, { ...own, started: own.known.started });
  return (await readBehind(tail, own.known, signal, (message) => later.note(message)))
    ? later.found(true, true)
    : undefined;
}

/** What members say of later epochs. */
class Claims {
  private epoch = 0;
  private readonly by = new Set<string>();

  get none(): boolean {
    return this.epoch === 0;
  }

  add(epoch: number, memberKey: string): void {
    this.epoch = Math.max(this.epoch, epoch);
    this.by.add(memberKey);
  }

  successionAfter(after: number | undefined): Succession {
    return { epoch: this.epoch, after, by: [...this.by] };
  }
}

class LaterEpochs {
  private readonly begun = new Claims();
  private readonly fenced = new Claims();
  private after: number | undefined;
  /** A message claims a later epoch, and no member has begun one before it. */
  private isClaimed = false;
  private started: boolean;
  private last: StreamMessage | undefined;

  constructor(
    private readonly tail: TopicTail,
    private readonly own: OwnPlace,
  ) {
    this.started = own.started;
  }

  note(message: StreamMessage): void {
    this.last = message;
    if (message.unreadFrom !== undefined) this.tail.onRefused('unreadable', message.offset);
    const said = this.readClaim(message);
    if (said === undefined) return;
    if (said.by === 'nobody') this.refuse(message);
    else if (said.by === 'oneself') this.started = true;
    else this.believe(said.header, said.memberKey);
  }

  found(reachesBack: boolean, whole: boolean): Found {
    if (!this.begun.none) return { succession: this.begun.successionAfter(this.after) };
    if (!reachesBack && this.isClaimed) {
      throw new Error(
        `the topic ${this.tail.topic} holds messages of a later epoch than ${this.own.epoch}, and not where that would have begun: another cluster may have been promoted`,
      );
    }
    if (!this.fenced.none) return { succession: this.fenced.successionAfter(undefined) };
    const known =
      this.last === undefined
        ? this.own.known
        : { offset: this.last.offset, digest: digestOf(this.last), started: this.started };
    return reachesBack && whole && known !== undefined ? { known } : {};
  }

  /** Behind the beginning of a member's epoch its messages are no claim: whether they are genuine is not asked here. */
  private refuse({ offset }: StreamMessage): void {
    if (!this.begun.none) return;
    this.isClaimed = true;
    this.tail.onRefused('no-member', offset);
  }

  private believe({ kind, epoch, prev }: Header, memberKey: string): void {
    if (kind === 'fence') return this.fenced.add(epoch, memberKey);
    this.begun.add(epoch, memberKey);
    // What the next epoch builds on counts, whatever came after that one.
    this.after ??= prev;
  }

  private concerns({ epoch, kind }: Header): boolean {
    return epoch > this.own.epoch || (epoch === this.own.epoch && kind === 'epoch-started' && !this.started);
  }

  private mayBegin({ kind, epoch }: Header, memberKey: string): boolean {
    const begins = kind === 'fence' || kind === 'epoch-started';
    return begins && isWithinReach(epoch, this.own.epoch) && this.tail.successors.has(memberKey);
  }

  private isOwn({ epoch }: Header, { reignKey, memberKey }: Introduction): boolean {
    return epoch === this.own.epoch && reignKey.equals(this.own.reignKey) && memberKey.equals(this.own.memberKey);
  }

  /** What a message says of another epoch, or of the beginning of one's own. */
  private readClaim({ value }: StreamMessage): Claim | undefined {
    try {
      const { header } = decodeHeader(value);
      if (header.set !== this.tail.set || !this.concerns(header)) return undefined;
      const { introduction } = trailerOf(value).trailer;
      return introduction === undefined ? NOBODYS : this.judge(header, introduction);
    } catch (error) {
      if (error instanceof StreamMessageRefusedError) return undefined;
      throw error;
    }
  }

  /** A signature is checked last: that takes a thousand times as long as to see that a stranger made it. */
  private judge(header: Header, introduction: Introduction): Claim {
    const isOwn = this.isOwn(header, introduction);
    const memberKey = introduction.memberKey.toString('base64');
    if (!isOwn && !this.mayBegin(header, memberKey)) return NOBODYS;
    if (!isGenuine(introduction, header)) return NOBODYS;
    return isOwn ? { by: 'oneself' } : { by: 'a member', header, memberKey };
  }
}

type Claim =
  | { readonly by: 'nobody' }
  | { readonly by: 'oneself' }
  | { readonly by: 'a member'; readonly header: Header; readonly memberKey: string };

const NOBODYS: Claim = { by: 'nobody' };
