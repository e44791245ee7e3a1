export { AttemptSlot } from './attempt-slot';
export { ClusterSeal } from './cluster-seal';
export { KeyRotation } from './key-rotation';
export { KeyUpkeep } from './key-upkeep';
export { NewRootKey } from './new-root-key';
export { Rekey } from './rekey';
export type { RekeyOrder } from './rekey-state';
export { RootGeneration, type TokenOrder } from './root-generation';
export { RootTokenIssuer } from './root-token-issuer';
export { SealManager } from './seal-manager';
/** @internal For tests. */
export { readSharesConfig } from './shares-config';
