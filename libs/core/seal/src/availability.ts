import type { Barrier } from '@tidelock/barrier';
import { type Alive, type Life, type Part, type Task, type Timers, unlessEnded } from '@tidelock/core/runtime';
import { isTidelockError, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, KEYRING } from '@tidelock/store';
import type { Mutex } from './mutex';

export interface AvailabilityParts {
  readonly store: Pick<ClusterStore, 'replicated' | 'tenure'>;
  readonly barrier: Pick<Barrier, 'isBehind' | 'reload' | 'seal'>;
  /** Held by whoever opens or closes the barrier. */
  readonly mutex: Mutex;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** How long the keys outlast a seal. */
const PATIENCE_MS = 5000;
/** How long the next opening waits for the end of the last one. */
const END_PATIENCE_MS = 15_000;
const RETRY_MS = 500;

/**
 * Whether this node serves requests. What stands on the open barrier lives as a part: it starts with each opening and ends with each closing. An
 * unsealed node that loses the right to its storage takes it down at once, and up again when it has the right. A seal meanwhile is not held up.
 */
export class Availability {
  readonly task: Task = { name: 'reopen', run: (signal) => this.bringUpAgain(signal) };
  private ready = false;
  /** The right to the storage was lost while the node was ready. */
  private reopening = false;
  /** How often the right was lost: whatever was read before the last time may be old. */
  private losses = 0;
  private life: Life | undefined;
  private unsealed: Part = { name: 'unsealed' };
  /** `unsealed` while it is alive. */
  private service: Alive | undefined;
  /** The end of the last one, and of those before it; it may outlast the seal's own patience. */
  private closing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: AvailabilityParts) {
    parts.store.tenure.onLost(() => {
      this.losses += 1;
      if (this.ready) this.startReopening();
      this.ready = false;
    });
  }

  /** The part that the task belongs to has started. */
  liveIn(life: Life): void {
    this.life = life;
  }

  /** @see SealManager.carry */
  carry(unsealed: Part): void {
    this.unsealed = unsealed;
  }

  get sealed(): boolean {
    return !this.ready && !this.reopening;
  }

  /** Unsealed, and away from its storage. */
  get isStandby(): boolean {
    return !this.ready && this.reopening;
  }

  /** Why ordinary requests cannot be served now, if they cannot. */
  refusal(): TidelockError | undefined {
    if (this.sealed) return new TidelockError('SEALED');
    return this.ready
      ? undefined
      : (this.parts.store.tenure.refusal() ??
          new TidelockError('STORAGE_UNAVAILABLE', {
            text: 'this node reads its storage anew; it serves requests in a moment',
          }));
  }

  /** All or nothing: either everybody is ready, or the cluster is sealed. @param work brings the keys. */
  async open(work: () => Promise<void>): Promise<void> {
    // A part that is late would forget what the unseal has read.
    await this.closing;
    const { losses } = this;
    try {
      await work();
      await this.beginService();
    } catch (error) {
      await this.close();
      throw error;
    }
    if (losses !== this.losses) return this.startReopening();
    this.ready = true;
  }

  /** @see SealManager.reopen */
  async reopen(work: () => Promise<void>): Promise<void> {
    if (!this.ready) throw new TidelockError('SEALED');
    this.ready = false;
    await this.endService();
    await this.open(work);
  }

  /** Takes the keys out of memory. */
  async close(): Promise<void> {
    this.ready = false;
    this.reopening = false;
    await this.rest();
    this.parts.barrier.seal();
  }

  private startReopening(): void {
    if (this.reopening) return;
    this.reopening = true;
    this.life?.wake(this.task);
  }

  /** One attempt. @returns milliseconds until the next. */
  private async bringUpAgain(signal: AbortSignal): Promise<number | void> {
    const { losses } = this;
    const { mutex, store } = this.parts;
    await mutex.run(async () => {
      if (this.reopening) await this.rest();
    });
    await unlessEnded(signal, store.tenure.held());
    await mutex.run(() => this.openAnew(losses));
    if (this.reopening) return losses === this.losses ? RETRY_MS : 0;
  }

  /** Nothing that memory holds is believed, the keyring included. */
  private async openAnew(losses: number): Promise<void> {
    // Lost again: the next attempt begins with a close.
    if (!this.reopening || losses !== this.losses) return;
    const { store, logger } = this.parts;
    try {
      await this.closing;
      const keyring = await store.replicated.getSealed(KEYRING);
      if (keyring === undefined) throw new TidelockError('CORRUPT_RECORD', 'the keyring is missing from the store');
      this.takeUp(keyring);
      await this.beginService();
      if (losses !== this.losses) return;
      this.reopening = false;
      this.ready = true;
    } catch (error) {
      if (passes(error)) return;
      logger.error('the service could not be brought up again; it is sealed', { reason: reasonOf(error) });
      await this.close();
    }
  }

  /** @throws {TidelockError} CORRUPT_RECORD where it does not open, unless that was so before: the key of a rekey is still to come. */
  private takeUp(keyring: Buffer): void {
    const { barrier } = this.parts;
    const { isBehind } = barrier;
    try {
      barrier.reload(keyring);
    } catch (error) {
      if (!isBehind) throw error;
    }
  }

  /** @throws {TidelockError} INTERNAL where a part cannot start, or what the storage says that is away. */
  private async beginService(): Promise<void> {
    if (this.life === undefined) throw new Error('the part "opened" has not started');
    try {
      this.service = await this.life.begin(this.unsealed);
    } catch (cause) {
      if (!this.reopening || !passes(cause))
        this.parts.logger.error('the service could not get ready after the unseal; it is sealed again', {
          reason: reasonOf(cause),
        });
      throw isTidelockError(cause) && cause.status === 503 ? cause : new TidelockError('INTERNAL', { cause });
    }
  }

  private endService(): Promise<void> {
    const { service } = this;
    this.service = undefined;
    return service?.end(END_PATIENCE_MS) ?? Promise.resolve();
  }

  private async rest(): Promise<void> {
    // What stands on the barrier puts its affairs in order first, which takes keys; it cannot hold the seal up for long.
    const [former, ending] = [this.closing, this.endService()];
    this.closing = former.then(() => ending);
    let cancel: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => (cancel = this.parts.timers.after(PATIENCE_MS, resolve)));
    await Promise.race([this.closing, patience]);
    cancel();
  }
}

/** The storage is away again, or the key of a rekey is still to come: the keys are kept, and the next attempt may go well. */
const PASSING: ReadonlySet<string> = new Set(['STORAGE_UNAVAILABLE', 'FENCED', 'COMMIT_UNKNOWN', 'UNKNOWN_TERM']);
const passes = (error: unknown): boolean => isTidelockError(error) && PASSING.has(error.code);
