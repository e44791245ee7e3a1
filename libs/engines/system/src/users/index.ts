import { LockedUsersPaths } from './locked-users.paths';

export const USER_PARTS = [LockedUsersPaths] as const;
