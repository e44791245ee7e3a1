export { AuditAdmin, type AuditAdminNeeds } from './audit-admin';
export { AuditBroker, type AuditBrokerNeeds } from './audit-broker';
export type { AuditMount, AuditRequest, AuditResponse } from './audit-entry';
export { AuditPolicy, type AuditVerb, readOnlyAuditError } from './audit-policy';
