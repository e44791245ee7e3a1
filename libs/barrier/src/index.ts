export { Barrier } from './barrier';
export type { KeptUsage, KeyUse } from './key-usage';
export { generateRootKey, KEY_BYTES, unwrapKeys, wrapKeys } from './wrapped-key';
