import { TokenEngine } from './token-engine';
import { TokenLifePaths } from './token-life.paths';
import { TokenRolePaths } from './token-role.paths';

export { TokenEngine };

/** Further providers that serve paths of `auth/token/`. */
export const TOKEN_PARTS = [TokenLifePaths, TokenRolePaths];
