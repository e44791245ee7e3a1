export { Barrier } from './barrier';
export type { KeptUsage, KeyUse } from './key-usage';
export type { Seal, Seals, ShareSeal } from './seal';
export { generateRootKey, KEY_BYTES, unwrapKeys, wrapKeys } from './wrapped-key';
