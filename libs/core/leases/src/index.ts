export { ExpirySweep } from './expiry-sweep';
export { LeaseManager, type LeaseNeighbours, type LeasePlace } from './lease-manager';
export { LeaseRevoker } from './lease-revoker';
