/** The call itself is wrong, or something on this machine is: exit code 1. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}
