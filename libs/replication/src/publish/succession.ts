import { isWithinReach } from '../domain/epoch-reach';
import { isGenuine } from '../domain/reign-signer';
import { type RefusalReason, StreamMessageRefusedError } from '../domain/errors';
import { decodeHeader, type Header } from '../domain/header';
import { trailerOf } from '../domain/trailer';
import type { StreamMessage } from '../ports/stream';
import { digestOf, type KnownMessage, readBehind, readOn, type Tail } from './tail';

/** A later epoch than one's own, found in the topic. */
export interface Succession {
  readonly epoch: number;
  /** Index of the last message of one's own epoch that the next one builds on; `undefined` while only its fence is there. */
  readonly after: number | undefined;
  /** Public key of the member that began it, base64. */
  readonly by: string;
}

export interface TopicTail extends Tail {
  readonly set: string;
  /** Public keys (base64) of the members that may begin a reign. */
  readonly successors: ReadonlySet<string>;
  /** Told of messages that claim a later epoch, when nothing of it is so, and of those that nobody can read. */
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
export async function findSuccession(tail: TopicTail, own: OwnPlace, whole: boolean, signal: AbortSignal): Promise<Found> {
  const more = whole && own.known !== undefined ? await findBehind(tail, { ...own, known: own.known }, signal) : undefined;
  if (more !== undefined) return more;
  const later = new LaterEpochs(tail, own);
  const reachesBack = await readOn(tail, { offset: own.offset, whole }, signal, (message) => later.note(message));
  return later.found(reachesBack, whole);
}

/** Somebody who fences a primary again and again does not have it read all again each time. @returns `undefined` for a topic that is not the one that is known. */
async function findBehind(tail: TopicTail, own: OwnPlace & { readonly known: KnownTopic }, signal: AbortSignal): Promise<Found | undefined> {
  const later = new LaterEpochs(tail, { ...own, started: own.known.started });
  return (await readBehind(tail, own.known, signal, (message) => later.note(message))) ? later.found(true, true) : undefined;
}

class LaterEpochs {
  private highest = 0;
  private after: number | undefined;
  private by = '';
  private readonly refused: { readonly reason: RefusalReason; readonly offset: string }[] = [];
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
    if (message.unreadFrom !== undefined) this.refused.push({ reason: 'unreadable', offset: message.offset });
    const said = this.readClaim(message);
    if (said === undefined) return;
    const { header, reignKey, memberKey } = said;
    if (header.epoch === this.own.epoch && reignKey?.equals(this.own.reignKey)) {
      this.started = true;
      return;
    }
    if (memberKey === undefined) {
      this.refused.push({ reason: 'not-a-member', offset: message.offset });
      return;
    }
    this.highest = Math.max(this.highest, header.epoch);
    this.by = memberKey;
    // What the next epoch builds on counts, whatever came after that one.
    if (header.kind === 'epoch-started') this.after ??= header.prev;
  }

  found(reachesBack: boolean, whole: boolean): Found {
    if (this.highest > 0) return { succession: { epoch: this.highest, after: this.after, by: this.by } };
    if (!reachesBack && this.refused.some(({ reason }) => reason === 'not-a-member')) {
      throw new Error(`the topic ${this.tail.topic} holds messages of a later epoch than ${this.own.epoch}, and not where that would have begun: another cluster may have been promoted`);
    }
    this.refused.forEach(({ reason, offset }) => this.tail.onRefused(reason, offset));
    const known = this.last === undefined ? this.own.known : { offset: this.last.offset, digest: digestOf(this.last), started: this.started };
    return reachesBack && whole && known !== undefined ? { known } : {};
  }

  private concerns({ epoch, kind }: Header): boolean {
    return epoch > this.own.epoch || (epoch === this.own.epoch && kind === 'epoch-started' && !this.started);
  }

  private mayBegin({ kind, epoch }: Header, memberKey: string): boolean {
    const begins = kind === 'fence' || kind === 'epoch-started';
    return begins && isWithinReach(epoch, this.own.epoch) && this.tail.successors.has(memberKey);
  }

  /** What a message says of another epoch; without a member where no successor says it. */
  private readClaim({ value }: StreamMessage): { readonly header: Header; readonly reignKey?: Buffer; readonly memberKey?: string } | undefined {
    try {
      const { header } = decodeHeader(value);
      if (header.set !== this.tail.set || !this.concerns(header)) return undefined;
      const { introduction } = trailerOf(value).trailer;
      if (introduction === undefined || !isGenuine(introduction, header)) return { header };
      const { reignKey } = introduction;
      const memberKey = introduction.memberKey.toString('base64');
      return this.mayBegin(header, memberKey) ? { header, reignKey, memberKey } : { header, reignKey };
    } catch (error) {
      if (error instanceof StreamMessageRefusedError) return undefined;
      throw error;
    }
  }
}
