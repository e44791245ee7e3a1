export type { LockoutSettings } from './lockout-rules';
export { UserLockout } from './user-lockout';
