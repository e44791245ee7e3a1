export { AuditAdmin } from './audit-admin';
export { AuditBroker } from './audit-broker';
export type { AuditMount, AuditRequest, AuditResponse } from './audit-entry';
