import type { Part } from '@tidelock/core/runtime';
import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import { certificatesIn, readPem } from './pem-file';

const DAY_MS = 24 * 3600 * 1000;
/** How long before its end a certificate is complained about. */
const NOTICE_MS = 30 * DAY_MS;

/** Says in the log, at once and then daily, which certificates of ours expire soon or have expired. */
export class CertificateExpiry implements Part {
  readonly name = 'certificates';
  readonly tasks = [{ name: 'expiry', every: DAY_MS, run: () => this.check() }];

  constructor(
    private readonly files: readonly string[],
    private readonly clock: Clock,
    readonly logger: Logger,
  ) {}

  check(): void {
    for (const file of this.files) {
      try {
        this.checkFile(file);
      } catch (error) {
        this.logger.warn('a certificate cannot be checked for its expiry', { file, reason: reasonOf(error) });
      }
    }
  }

  private checkFile(file: string): void {
    const [own] = certificatesIn(readPem(file, 'certificates'));
    const end = new Date(own.validTo);
    const left = end.getTime() - this.clock.now();
    const facts = { file, expires: end.toISOString() };
    if (left <= 0) this.logger.error('a certificate has expired: clients refuse it', facts);
    else if (left < NOTICE_MS)
      this.logger.warn('a certificate expires soon', { ...facts, daysLeft: Math.floor(left / DAY_MS) });
  }
}
