export { AuditAdmin } from './audit-admin';
export { AuditBroker } from './audit-broker';
export type { AuditMount, AuditRequest, AuditResponse } from './audit-entry';
export { AuditPolicy, readOnlyAuditError } from './audit-policy';
