export { crashPoints } from './crash-points.contract';
export { streamContract, type StreamHarness } from './stream.contract';
