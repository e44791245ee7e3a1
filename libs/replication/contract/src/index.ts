export { until } from './crash/member';
export { newSet, type TestSet } from './crash/set';
export { crashPoints } from './crash-points.contract';
export { streamContract, type StreamHarness } from './stream.contract';
