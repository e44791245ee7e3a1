export { streamContract, type StreamHarness } from './stream.contract';
