import { unlessEnded } from '@tidelock/core/runtime';
import type { ResolvedPath } from '@tidelock/core/mounts';

type OpenMount = NonNullable<ResolvedPath['open']>;

/** The body of a request, until its mount closes: one that drips would hold that up. */
export const bodyStream = (open: Pick<OpenMount, 'signal'>, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () => new CutStream(chunks, open.signal),
});

/** The body of an answer, until its mount closes, which waits for the engine's part in it, and not for the client. */
export const answerStream = (open: OpenMount, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]() {
    const stream = new CutStream(chunks, open.signal);
    open.use(() => stream.ended).catch(() => undefined);
    return stream;
  },
});

/** Chunks until a signal is aborted; then its reason. */
class CutStream implements AsyncIterator<Buffer> {
  /** Nothing of it is under way any more. */
  readonly ended: Promise<void>;
  private readonly chunks: AsyncIterator<Buffer>;
  private step: Promise<unknown> = Promise.resolve();
  private isOver: () => void = () => undefined;
  private readonly cut = (): void => void this.return();

  constructor(
    chunks: AsyncIterable<Buffer>,
    private readonly signal: AbortSignal,
  ) {
    this.ended = new Promise((resolve) => (this.isOver = resolve));
    this.chunks = chunks[Symbol.asyncIterator]();
    signal.addEventListener('abort', this.cut, { once: true });
  }

  async next(): Promise<IteratorResult<Buffer>> {
    this.signal.throwIfAborted();
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

  async return(): Promise<IteratorResult<Buffer>> {
    await Promise.allSettled([this.step, this.chunks.return?.()]);
    this.end();
    return { done: true, value: undefined };
  }

  private end(): void {
    this.signal.removeEventListener('abort', this.cut);
    this.isOver();
  }
}
