import { isTidelockError, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';

export type LifecycleListener = () => void | Promise<void>;

/** Who gets ready after an unseal, and who forgets after a seal. */
export class Lifecycle {
  private readonly unsealed: LifecycleListener[] = [];
  private readonly sealed: LifecycleListener[] = [];

  constructor(private readonly logger: Logger) {}

  onUnsealed(listener: LifecycleListener): void {
    this.unsealed.push(listener);
  }

  onSealed(listener: LifecycleListener): void {
    this.sealed.push(listener);
  }

  /** In order of subscription: later rooms build on earlier ones. @throws {TidelockError} INTERNAL at the first failure, or what the storage says that is away. */
  async announceUnsealed(): Promise<void> {
    try {
      for (const listener of this.unsealed) await listener();
    } catch (cause) {
      this.logger.error('the service could not get ready after the unseal; it is sealed again', {
        reason: reasonOf(cause),
      });
      throw isTidelockError(cause) && cause.status === 503 ? cause : new TidelockError('INTERNAL', { cause });
    }
  }

  /** In reverse order. A failure keeps nobody else from forgetting. */
  async announceSealed(): Promise<void> {
    for (const listener of [...this.sealed].reverse()) {
      try {
        await listener();
      } catch (error) {
        this.logger.error('a part of the service failed while it was sealed', { reason: reasonOf(error) });
      }
    }
  }
}
