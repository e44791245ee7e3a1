import { LoggersPaths } from './loggers.paths';

export const LOGGER_PARTS = [LoggersPaths] as const;
