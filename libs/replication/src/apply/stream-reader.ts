import type { StreamPosition } from '@tidelock/store';
import type { OpenedMessage } from '../domain/envelope';
import type { RefusalReason } from '../domain/errors';
import type { ChainPosition } from '../domain/header';
import type { StreamMessage } from '../ports/stream';
import { Coverage, type CoverageParts } from './coverage';
import { type KeySource, readNext, readWithAllKeys } from './message-reader';
import type { ReadMessage } from './uncovered';

export interface StreamReaderParts extends CoverageParts, Pick<KeySource, 'set' | 'keys'> {
  /** Where the replica will stand when what was handed out is applied. */
  readonly at: () => StreamPosition;
  readonly refuse: (reason: RefusalReason, offset: string) => void;
}

/** Takes messages that may be applied, in their order. */
export type Take = (messages: readonly ReadMessage[]) => Promise<void>;

/** Bounds of what waits for one check: a publisher's longest request fits. */
const MOST_MESSAGES = 500;
const MOST_BYTES = 1024 * 1024;

/** Mutations that follow the replica's place, each the one before it: see `Coverage.releaseRun`. */
class Run {
  readonly messages: ReadMessage[] = [];
  private bytes = 0;

  constructor(private readonly parts: Pick<StreamReaderParts, 'set' | 'keys' | 'at'>) {}

  /** @returns whether the message is the next one. */
  extend(message: StreamMessage): boolean {
    if (this.messages.length >= MOST_MESSAGES || this.bytes >= MOST_BYTES) return false;
    const opened = readNext(message, this.end, this.parts);
    if (opened === undefined) return false;
    this.messages.push({ opened, offset: message.offset });
    this.bytes += opened.body.length;
    return true;
  }

  private get end(): ChainPosition {
    const last = this.messages.at(-1)?.opened;
    return last === undefined ? this.parts.at() : { epoch: last.header.epoch, index: last.header.index, digest: last.digest };
  }
}

/** Opens what the broker gives, and hands out what the reign has signed for. */
export class StreamReader {
  readonly coverage: Coverage;
  private readonly keys: KeySource;

  constructor(private readonly parts: StreamReaderParts) {
    const { at, settle, refuse } = parts;
    // What came before a message is good and stays, whether the primary can be asked or not.
    this.keys = { ...parts, head: at, beforeAsking: settle };
    this.coverage = new Coverage(parts, at, refuse);
  }

  /** @param messages in the broker's order. Where `take` throws, the same batch comes again. */
  async read(messages: readonly StreamMessage[], take: Take): Promise<void> {
    let run = new Run(this.parts);
    for (const message of messages) {
      if (run.extend(message)) continue;
      await this.release(run, take);
      run = new Run(this.parts);
      if (run.extend(message)) continue;
      const opened = await this.open(message);
      if (opened !== undefined) await take(await this.coverage.release({ opened, offset: message.offset }));
    }
    await this.release(run, take);
  }

  private async release({ messages }: Run, take: Take): Promise<void> {
    const released = this.coverage.releaseRun(messages);
    await take(released);
    for (const message of messages.slice(released.length)) await take(await this.coverage.release(message));
  }

  private async open(message: StreamMessage): Promise<OpenedMessage | undefined> {
    const reading = await readWithAllKeys(message, this.keys);
    if (reading === 'redelivered') return undefined;
    if ('apply' in reading) return reading.apply;
    this.parts.refuse(reading.refuse, message.offset);
    return undefined;
  }
}
