import { AuditBroker } from '@tidelock/core/audit';

export const auditDevices = (): AuditBroker => new AuditBroker();
