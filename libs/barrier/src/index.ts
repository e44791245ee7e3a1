export { Barrier, type BarrierOptions, type KeyStatus } from './barrier';
export type { KeptUsage, KeyUse } from './key-usage';
export { Keyring, type KeyringTerm } from './keyring';
export {
  checkShares,
  formerRootKeyIn,
  isShareOf,
  newShamirSeal,
  type NewSeal,
  openShamirSeal,
  type SealConfig,
  withFormerRootKey,
} from './shamir-seal';
export { generateRootKey, KEY_BYTES, unwrapKeys, wrapKeys } from './wrapped-key';
