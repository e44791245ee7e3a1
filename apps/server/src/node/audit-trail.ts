import type { AuditBroker } from '@tidelock/core/audit';
import type { AuditRoom } from '@tidelock/core/pipeline';

/** Requests as audit devices see them. */
export class AuditTrail implements AuditRoom {
  constructor(private readonly broker: AuditBroker) {}

  get hasDevices(): boolean {
    return this.broker.hasDevices;
  }

  async request(): Promise<void> {}

  async response(): Promise<void> {}
}
