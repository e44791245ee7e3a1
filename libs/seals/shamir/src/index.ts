export {
  checkShares,
  formerRootKeyIn,
  isShareOf,
  newShamirSeal,
  openShamirSeal,
  type SealConfig,
  withFormerRootKey,
} from './shamir-seal';
