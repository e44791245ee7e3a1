export { ExpirySweep } from './expiry-sweep';
export { LeaseManager } from './lease-manager';
export { LeaseRevoker } from './lease-revoker';
export { leaseCalls, PrimaryRevocation } from './primary-revocation';
export { UnmountedLeases } from './unmounted-leases';
