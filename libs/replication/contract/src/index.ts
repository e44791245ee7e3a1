export { until } from './crash/member';
export { newPair, type TestSet } from './crash/set';
export { sqlitePlaces } from './crash/sqlite-places';
export { crashPoints } from './crash-points.contract';
