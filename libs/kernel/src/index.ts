export { isCidr, isWithinCidrs } from './cidr';
export { type Clock, rfc3339, systemClock } from './clock';
export { formatDuration, parseDurationSeconds } from './duration';
export { type ErrorCode, ERRORS } from './errors';
export { newAccessor, newUuid, randomBase62 } from './ids';
export { parseJson } from './json/parse-json';
export { RawJson, stringifyJson } from './json/raw-json';
export { type Logger, silentLogger } from './logger';
export { badRequest, isTidelockError, multiError, notFound, reasonOf, TidelockError, type ErrorDetail } from './tidelock-error';
