import type { StreamPosition } from '@tidelock/store';
import type { OpenedMessage } from '../domain/envelope';
import { isBehind } from '../domain/judge';
import { BYTES_PER_REQUEST, MESSAGES_PER_REQUEST } from '../domain/request-bounds';

/** A message that opens, with the broker's offset. */
export interface ReadMessage {
  readonly opened: OpenedMessage;
  readonly offset: string;
}

/** A publisher signs each request: whatever else waits, one finds room, unless it is a single larger message. */
const MOST_MESSAGES = 2 * MESSAGES_PER_REQUEST;
const MOST_BYTES = 2 * BYTES_PER_REQUEST;
/** What a message costs beside its body: header, digests, trailer. */
const BYTES_PER_MESSAGE = 1024;

/**
 * Messages that no signature of the reign covers yet. Whoever has the stream's key can have made them: only when a signed message leads
 * back through them to the replica's place do they mean anything.
 */
export class Uncovered {
  /** By chain digest, oldest first. */
  private readonly waiting = new Map<string, ReadMessage>();
  /** Covered, and not yet applied for certain: should that fail, the broker gives only some of them again. */
  private readonly released = new Set<ReadMessage>();
  private bytes = 0;

  /** @returns those that have to give way. */
  add(message: ReadMessage): ReadMessage[] {
    this.forget(message.opened);
    this.waiting.set(nameOf(message.opened.digest), message);
    this.bytes += costOf(message.opened);
    const dropped: ReadMessage[] = [];
    for (const oldest of this.waiting.values()) {
      const fits = this.waiting.size <= MOST_MESSAGES && this.bytes <= MOST_BYTES;
      if (fits || oldest === message) break;
      if (this.forget(oldest.opened)) dropped.push(oldest);
    }
    return dropped;
  }

  /** @returns the messages that lead from a place to this one, itself included; `undefined` when one is missing. */
  wayTo(last: OpenedMessage, from: Pick<StreamPosition, 'index' | 'digest'>): ReadMessage[] | undefined {
    const way: ReadMessage[] = [];
    let next = this.waiting.get(nameOf(last.digest));
    while (next !== undefined) {
      way.push(next);
      const { prev, prevDigest } = next.opened.header;
      if (prev === from.index && prevDigest.equals(from.digest)) return way.reverse();
      const before = this.waiting.get(nameOf(prevDigest));
      next = before?.opened.header.index === prev ? before : undefined;
    }
    return undefined;
  }

  /** Those of them that wait need not wait any more: they came again in a run that is covered. */
  dropAll(messages: readonly ReadMessage[]): void {
    // Mostly nothing waits: then no message is named.
    if (this.waiting.size > 0) for (const { opened } of messages) this.forget(opened);
  }

  release(way: readonly ReadMessage[]): void {
    for (const message of way) this.released.add(message);
  }

  /** @returns those that the replica has gone past although nothing covered them. */
  takeBehind(at: Pick<StreamPosition, 'epoch' | 'index'>): ReadMessage[] {
    return [...this.waiting.values()].filter(({ opened }) => isBehind(at, opened.header) && this.forget(opened));
  }

  /** @returns whether it was not released before. */
  private forget({ digest }: Pick<OpenedMessage, 'digest'>): boolean {
    const found = this.waiting.get(nameOf(digest));
    if (found === undefined) return false;
    this.bytes -= costOf(found.opened);
    this.waiting.delete(nameOf(digest));
    return !this.released.delete(found);
  }
}

const costOf = ({ body }: OpenedMessage): number => body.length + BYTES_PER_MESSAGE;

const nameOf = (digest: Buffer): string => digest.toString('latin1');
