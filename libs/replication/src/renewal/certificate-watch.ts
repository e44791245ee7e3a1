import type { Barrier } from '@tidelock/barrier';
import { type Logger, reasonOf } from '@tidelock/kernel';
import type { ClientRenewal } from './client-renewal';

/** Renews a secondary's certificate when the primary wants it, and when the barrier has another data key. */
export class CertificateWatch {
  /** Of the barrier's data key when the certificate was last found to be good. */
  private seen: number | undefined;

  constructor(
    private readonly barrier: Pick<Barrier, 'sealed' | 'term'>,
    private readonly certificate: Pick<ClientRenewal, 'renew' | 'finish' | 'isUnderWay'>,
    private readonly logger: Logger,
  ) {}

  /** To be called again and again: what fails now is tried then. */
  look(wanted: boolean): void {
    // What the primary wants it told of the certificate that it was shown; of the one that is being made the next heartbeat tells.
    if (this.certificate.isUnderWay || this.barrier.sealed || (!wanted && this.barrier.term === this.seen)) return;
    const { term } = this.barrier;
    this.certificate.renew(wanted).then(
      () => (this.seen = term),
      (error: unknown) => this.failed(error),
    );
  }

  /** The primary refuses the certificate: where it never took that, the former one is shown again, and renewed as soon as it is let in. */
  refused(): void {
    if (!this.barrier.sealed) this.certificate.finish().catch((error: unknown) => this.failed(error));
  }

  private failed(error: unknown): void {
    this.seen = undefined;
    this.logger.warn("the certificate for the primary's cluster port could not be renewed; trying again", {
      reason: reasonOf(error),
    });
  }
}
