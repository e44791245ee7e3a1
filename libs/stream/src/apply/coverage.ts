import type { StreamPosition } from '@tidelock/store';
import type { OpenedMessage } from '../domain/envelope';
import { isWithinReach } from '../domain/epoch-start';
import type { RefusalReason } from '../domain/errors';
import { judge, StreamGapError } from '../domain/judge';
import { isCovered, isGenuine } from '../domain/reign-signer';
import type { KeySource } from './message-reader';
import { type ReadMessage, Uncovered } from './uncovered';

/** Whose signatures a replica counts. */
export interface Reigns {
  /** Public key (32 bytes) of the reign in an epoch; `undefined` where none is known. */
  of(epoch: number): Buffer | undefined;
  /** Whether a member may begin a reign, by the records that are applied here. */
  mayBegin(memberKey: Buffer): Promise<boolean>;
  /** Keeps the key of a reign, durably. */
  begin(epoch: number, reignKey: Buffer): Promise<void>;
}

export interface CoverageParts extends Pick<KeySource, 'onUnknownKey' | 'flush' | 'at'> {
  readonly stream: string;
  readonly reigns: Reigns;
  readonly refuse: (reason: RefusalReason, offset: string) => void;
}

/**
 * Holds messages back until the reign of their epoch has signed for them: those who have the stream's key, with or without the broker, make
 * none that are applied.
 */
export class Coverage {
  private uncovered = new Uncovered();

  /** What was checked last. */
  private checked: { readonly message: OpenedMessage; readonly isCovered: boolean } | undefined;

  constructor(private readonly parts: CoverageParts) {}

  /**
   * @returns the messages that may be applied now, in their order. A fence stands outside the chain and comes by itself.
   * @throws {StreamGapError} when a signed message does not follow the replica's place: an index is missing, history forked, or an epoch
   *   began without its `epoch-started` message.
   */
  async release(message: ReadMessage): Promise<readonly ReadMessage[]> {
    const { opened, offset } = message;
    if (opened.header.kind === 'fence')
      return (await this.isBegunByMember(opened)) ? [message] : this.refused('no-member', offset);
    if (opened.header.kind === 'epoch-started' && !(await this.isBegun(opened)))
      return this.refused('no-member', offset);
    this.uncovered.add(message).forEach((dropped) => this.parts.refuse('unsigned', dropped.offset));
    if (opened.trailer.signature === undefined) return [];
    const way = this.uncovered.wayTo(opened, this.parts.at());
    const reignKey = await this.reignKeyFor(opened, way ?? []);
    if (reignKey === undefined) return this.refused('unknown-reign', offset);
    if (!this.isCoveredBy(reignKey, opened)) return this.refused('bad-signature', offset);
    return this.judged(way, opened);
  }

  /**
   * One check for as many requests as have come together: the last signature stands for all that precedes it.
   *
   * @param run mutations and nothing else, of one epoch: the first follows the replica's position, each other one the one before. Who may begin an
   *   epoch is not looked at here. When they are not stored, all of them have to come again.
   * @returns those that may be applied now, from the first one on. The rest is for `release`, one by one: what comes behind the last signature, or
   *   all, where none is signed, the last signature is not the reign's, or its key is not known yet.
   */
  releaseRun(run: readonly ReadMessage[]): readonly ReadMessage[] {
    const end = run.findLastIndex(({ opened }) => opened.trailer.signature !== undefined);
    const last = run[end]?.opened;
    const reignKey = last && this.parts.reigns.of(last.header.epoch);
    if (last === undefined || reignKey === undefined || !this.isCoveredBy(reignKey, last)) return [];
    const released = run.slice(0, end + 1);
    this.uncovered.dropAll(released);
    return released;
  }

  /** An epoch begins: what follows is signed by its reign. */
  async begin({ header, trailer: { introduction } }: OpenedMessage): Promise<void> {
    if (introduction !== undefined && this.parts.reigns.of(header.epoch) === undefined)
      await this.parts.reigns.begin(header.epoch, introduction.reignKey);
  }

  passed(at: StreamPosition): void {
    for (const { offset } of this.uncovered.takeBehind(at)) this.parts.refuse('unsigned', offset);
  }

  /** The stream is read again from the replica's place: what waits for a signature comes again, or lies behind it. */
  restart(): void {
    this.uncovered = new Uncovered();
  }

  /** A message of a run that is not covered is met again by itself: it costs one check all the same. */
  private isCoveredBy(reignKey: Buffer, message: OpenedMessage): boolean {
    if (this.checked?.message !== message) {
      const { signature } = message.trailer;
      const of = signature && { stream: this.parts.stream, digest: message.digest, signature };
      this.checked = { message, isCovered: of !== undefined && isCovered(reignKey, of) };
    }
    return this.checked.isCovered;
  }

  private judged(way: readonly ReadMessage[] | undefined, last: OpenedMessage): readonly ReadMessage[] {
    let at: Parameters<typeof judge>[0] = this.parts.at();
    if (way === undefined) throw new StreamGapError(at, last.header);
    for (const { opened } of way) {
      if (judge(at, opened.header) === 'skip') throw new StreamGapError(at, opened.header);
      at = { ...opened.header, digest: opened.digest };
    }
    this.uncovered.release(way);
    return way;
  }

  private async reignKeyFor(
    { header: { epoch } }: OpenedMessage,
    way: readonly ReadMessage[],
  ): Promise<Buffer | undefined> {
    const begun = way.find(({ opened: { header } }) => header.kind === 'epoch-started' && header.epoch === epoch);
    return (await this.known(epoch)) ?? begun?.opened.trailer.introduction?.reignKey;
  }

  /** The key of the epoch in which this replica stands was given to it; only one that joined before there were any has to ask. */
  private async known(epoch: number): Promise<Buffer | undefined> {
    const { reigns, onUnknownKey } = this.parts;
    const known = reigns.of(epoch);
    if (known !== undefined || epoch !== this.parts.at().epoch) return known;
    // Nobody can be asked: refused, as `onUnknownKey` has it.
    await onUnknownKey?.().catch(() => undefined);
    return reigns.of(epoch);
  }

  /** Whether the epoch is the one that its primary told of, or begun by a member. */
  private async isBegun(opened: OpenedMessage): Promise<boolean> {
    const { epoch } = opened.header;
    const { introduction } = opened.trailer;
    const known = await this.known(epoch);
    if (known !== undefined) return introduction?.reignKey.equals(known) === true;
    return epoch > this.parts.at().epoch && this.isBegunByMember(opened);
  }

  private async isBegunByMember({ header, trailer: { introduction } }: OpenedMessage): Promise<boolean> {
    if (introduction === undefined || !isWithinReach(header.epoch, this.parts.at().epoch)) return false;
    if (!isGenuine(introduction, header)) return false;
    // Whose word counts is told by the members as they are stored.
    await this.parts.flush();
    return this.parts.reigns.mayBegin(introduction.memberKey);
  }

  private refused(reason: RefusalReason, offset: string): readonly ReadMessage[] {
    this.parts.refuse(reason, offset);
    return [];
  }
}
