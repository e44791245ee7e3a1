export { Barrier } from './barrier';
export type { KeptUsage, KeyUse } from './key-usage';
export {
  checkShares,
  formerRootKeyIn,
  isShareOf,
  newShamirSeal,
  openShamirSeal,
  type SealConfig,
  withFormerRootKey,
} from './shamir-seal';
export { generateRootKey, KEY_BYTES, unwrapKeys, wrapKeys } from './wrapped-key';
