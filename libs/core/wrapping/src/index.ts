export { type WrapOrder, Wrapping } from './wrapping';
