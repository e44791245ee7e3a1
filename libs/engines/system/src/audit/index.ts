import { AuditDevicesPaths } from './audit-devices.paths';
import { AuditedHeadersPaths } from './audited-headers.paths';

export const AUDIT_PARTS = [AuditDevicesPaths, AuditedHeadersPaths] as const;
