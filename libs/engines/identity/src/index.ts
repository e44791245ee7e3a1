export { IdentityEngine } from './identity-engine';
