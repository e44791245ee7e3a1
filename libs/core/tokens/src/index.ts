/** @internal For tests. */
export { BATCH_PREFIX } from './batch-token';
export { BatchTokenKeys } from './batch-token-keys';
export { LocalTokenService } from './local-token-service';
export { type TokenEntry, WRAPPING_POLICY } from './token-entry';
export { bareToken } from './token-order';
export { renewToken } from './token-renewal';
export { tokenDataPrefix } from './token-revocation';
export { type IssuedToken, TokenStore } from './token-store';
export { lifeWithin } from './ttl';
