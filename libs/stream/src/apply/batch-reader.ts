import type { OpenedMessage } from '../domain/envelope';
import type { ChainPosition } from '../domain/header';
import { BYTES_PER_REQUEST, MESSAGES_PER_REQUEST } from '../domain/request-bounds';
import type { StreamMessage } from '../ports/stream';
import { Coverage, type CoverageParts } from './coverage';
import { type KeySource, readNext, readWithAllKeys } from './message-reader';
import type { ReadMessage } from './uncovered';

export type BatchReaderParts = CoverageParts & KeySource;

/** Takes messages that may be applied, in their order. */
type Take = (messages: readonly ReadMessage[]) => Promise<void>;

/** Mutations without a hole from the replica's position on, which wait for one check: see `Coverage.releaseRun`. As many as a request has. */
class Run {
  readonly messages: ReadMessage[] = [];
  private bytes = 0;

  constructor(private readonly parts: Pick<BatchReaderParts, 'set' | 'keys' | 'at'>) {}

  /** @returns whether it was taken: it is the next mutation, and the run is not full. */
  extend(message: StreamMessage): boolean {
    if (this.messages.length >= MESSAGES_PER_REQUEST || this.bytes >= BYTES_PER_REQUEST) return false;
    const opened = readNext(message, this.end, this.parts);
    if (opened === undefined) return false;
    this.messages.push({ opened, offset: message.offset });
    this.bytes += opened.body.length;
    return true;
  }

  private get end(): ChainPosition {
    const last = this.messages.at(-1)?.opened;
    return last === undefined
      ? this.parts.at()
      : { epoch: last.header.epoch, index: last.header.index, digest: last.digest };
  }
}

/** Opens what the broker gives, and hands out what the reign has signed for. */
export class BatchReader {
  readonly coverage: Coverage;

  constructor(private readonly parts: BatchReaderParts) {
    this.coverage = new Coverage(parts);
  }

  /** @param messages in the broker's order. @throws {StreamGapError} as `Coverage.release`, and whatever `take` throws: what was not stored has to come again. */
  async read(messages: readonly StreamMessage[], take: Take): Promise<void> {
    let run = new Run(this.parts);
    for (const message of messages) {
      if (run.extend(message)) continue;
      if (run.messages.length > 0) {
        await this.release(run, take);
        run = new Run(this.parts);
        if (run.extend(message)) continue;
      }
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
    const reading = await readWithAllKeys(message, this.parts);
    if (reading === 'redelivered') return undefined;
    if ('apply' in reading) return reading.apply;
    this.parts.refuse(reading.refuse, message.offset);
    return undefined;
  }
}
