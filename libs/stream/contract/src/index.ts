export { streamContract } from './stream.contract';
