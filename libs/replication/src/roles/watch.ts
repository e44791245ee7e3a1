import { type Logger, reasonOf } from '@tidelock/kernel';

const LOOK_MS = 1000;

/** Looks at something every second and says in the log what has changed. */
export abstract class Watch {
  private timer: NodeJS.Timeout | undefined;

  /** @param failure what the log says when a look fails. */
  constructor(
    protected readonly logger: Logger,
    private readonly failure: string,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.lookSafely(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  abstract look(): void;

  /** Nobody catches what a timer throws: the process would end. */
  private lookSafely(): void {
    try {
      this.look();
    } catch (error) {
      this.logger.error(this.failure, { reason: reasonOf(error) });
    }
  }
}
