import { type Logger, reasonOf } from '@tidelock/kernel';

const HOUR_MS = 3_600_000;

/** Looks at a certificate every hour, beginning now. */
export class RenewalTimer {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly check: () => Promise<unknown>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    void this.look();
    this.timer = setInterval(() => void this.look(), HOUR_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    await this.check().catch((error: unknown) => {
      this.logger.warn('the certificate for the cluster port could not be renewed; trying again in an hour', { reason: reasonOf(error) });
    });
  }
}
