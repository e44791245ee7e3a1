export { isCidr, isWithinCidrs } from './cidr';
export { type Clock, rfc3339, systemClock } from './clock';
export { formatDuration, parseDurationSeconds } from './duration';
export { type ErrorCode, ERRORS } from './errors/catalogue';
export type { ForwardingLevel } from './forwarding-level';
export { given } from './given';
export { newAccessor, newUuid, randomBase62 } from './ids';
export { isJsonNumber } from './json/json-number';
export { parseJson } from './json/parse-json';
export { RawJson, stringifyJson } from './json/raw-json';
export { StructureLimits } from './json/structure-limits';
export { LONGEST_MOUNT_PATH, LONGEST_NAME } from './limits';
export { type Logger, silentLogger } from './logger';
export { makeFolder } from './make-folder';
export {
  badRequest,
  isTidelockError,
  multiError,
  noHandler,
  notFound,
  reasonOf,
  TidelockError,
} from './errors/tidelock-error';
export { counter, gauge, type Metric, type MetricLabels, type MetricReading, summary } from './metric';
export { Tallies, Tally } from './tally';
export type { Timeliness } from './timeliness';
