export { shamirSeal } from './shamir-seal';
