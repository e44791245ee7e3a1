import { unlessEnded } from '@tidelock/core/runtime';
import type { ResolvedPath } from '@tidelock/core/mounts';

type OpenMount = NonNullable<ResolvedPath['open']>;

/**
 * The body of a request, until its mount closes: one that drips would hold that up.
 *
 * @param over aborted once the request is over: an engine may have dropped the stream half read.
 */
export const bodyStream = (
  open: Pick<OpenMount, 'signal'>,
  chunks: AsyncIterable<Buffer>,
  over?: AbortSignal,
): AsyncIterable<Buffer> => ({ [Symbol.asyncIterator]: () => new CutStream(chunks, open.signal, over) });

/** The body of an answer, until its mount closes, which waits for the engine's part in it, and not for the client. */
export const answerStream = (open: OpenMount, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]() {
    const stream = new CutStream(chunks, open.signal);
    open.use(() => stream.ended).catch(() => undefined);
    return stream;
  },
});

/** Chunks until a signal is aborted; then its reason. A step that was asked for while the request was not over ends as it ends. */
class CutStream implements AsyncIterator<Buffer> {
  /** Nothing of it is under way any more. */
  readonly ended: Promise<void>;
  private readonly chunks: AsyncIterator<Buffer>;
  private step: Promise<unknown> = Promise.resolve();
  private returning: Promise<void> | undefined;
  private isOver: () => void = () => undefined;
  private readonly cut = (): void => void this.return();

  constructor(
    chunks: AsyncIterable<Buffer>,
    private readonly signal: AbortSignal,
    private readonly over?: AbortSignal,
  ) {
    this.ended = new Promise((resolve) => (this.isOver = resolve));
    this.chunks = chunks[Symbol.asyncIterator]();
    for (const end of [signal, over]) end?.addEventListener('abort', this.cut, { once: true });
    if (over?.aborted) this.cut();
  }

  async next(): Promise<IteratorResult<Buffer>> {
    this.signal.throwIfAborted();
    this.over?.throwIfAborted();
    const step = this.chunks.next();
    this.step = step;
    try {
      const result = await unlessEnded(this.signal, step);
      if (result.done) this.end();
      return result;
    } catch (error) {
      // Cut, it has been told to return.
      this.signal.throwIfAborted();
      this.end();
      throw error;
    }
  }

  /** Never fails. Once the signal is aborted nobody waits for a step that may never come. */
  async return(): Promise<IteratorResult<Buffer>> {
    this.returning ??= this.returnChunks();
    await unlessEnded(this.signal, this.returning).catch(() => undefined);
    return { done: true, value: undefined };
  }

  private async returnChunks(): Promise<void> {
    const returned = async (): Promise<unknown> => this.chunks.return?.();
    await Promise.allSettled([this.step, returned()]);
    this.end();
  }

  private end(): void {
    for (const end of [this.signal, this.over]) end?.removeEventListener('abort', this.cut);
    this.isOver();
  }
}
