/** Why the server cannot start: one sentence that names the place and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
