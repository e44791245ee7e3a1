export { AttemptSlot } from './attempt-slot';
export { KeyRotation } from './key-rotation';
export type { LifecycleListener } from './lifecycle';
export { Rekey } from './rekey';
export type { RekeyOrder } from './rekey-state';
export { RootGeneration, type TokenOrder } from './root-generation';
export { RootTokenIssuer } from './root-token-issuer';
export { SealManager } from './seal-manager';
export { KEYRING, readSealConfig, SEAL_CONFIG } from './seal-records';
