import { ApiError } from '../api/errors';

/** The server has understood, and says no; anything else may be different in a moment. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && ![408, 412, 429].includes(error.status);

/** The token is none. What a policy forbids has more words to it. */
export const isOfUnknownToken = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 403 &&
  /^(?:permission denied|bad token)$|invalid token/.test(error.message);
