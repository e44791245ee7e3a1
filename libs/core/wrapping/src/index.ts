export { ApiAddress, type WrapOrder, Wrapping } from './wrapping';
