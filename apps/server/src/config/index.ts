export { ConfigError } from './config-error';
export { ENVIRONMENT, VAULT_NAMES } from './environment';
export { parseFlags, USAGE } from './flags';
export { loadConfig, type LoadedConfig } from './load-config';
