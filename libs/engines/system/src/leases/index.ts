import { FormerLeasePaths } from './former-lease.paths';
import { LeasesPaths } from './leases.paths';

export const LEASE_PARTS = [LeasesPaths, FormerLeasePaths] as const;
