export { ConfigError } from './config-error';
export { parseFlags, USAGE } from './flags';
export { loadConfig, type LoadedConfig } from './load-config';
