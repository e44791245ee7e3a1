export { ExpirySweep } from './expiry-sweep';
export type { LeasePlace } from './lease-entry';
export { LeaseManager } from './lease-manager';
export { LeaseRevoker } from './lease-revoker';
export { leaseCalls, PrimaryRevocation } from './primary-revocation';
