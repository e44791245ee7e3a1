export { ApiAddress, Wrapping } from './wrapping';
