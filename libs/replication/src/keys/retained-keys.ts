import { keyIdOf, startOf } from '@tidelock/stream';
import type { Credentials } from '../membership/role-store';
import { allKeys, keysOf, withKeys } from './keys-of-stream';

/**
 * A primary's credentials without the keys that nobody needs any more: a key goes when its successor has been in use for so
 * long that the broker has dropped everything under the old one, and nothing under the old one waits to be published.
 */
export function retained(
  credentials: Credentials,
  stream: string,
  at: { readonly publishedIndex: number; readonly goneBefore: number },
): Credentials {
  const { streamKeysSince: since = {} } = credentials;
  const keys = keysOf(credentials, stream);
  const kept = withKeys(
    credentials,
    stream,
    keys.filter((_, i) => {
      const next = keys[i + 1];
      return (
        next === undefined || startOf(next) > at.publishedIndex || (since[keyIdOf(next)] ?? Infinity) >= at.goneBefore
      );
    }),
  );
  const streamKeysSince = Object.fromEntries(
    allKeys(kept).flatMap((text) => (keyIdOf(text) in since ? [[keyIdOf(text), since[keyIdOf(text)] as number]] : [])),
  );
  return { ...kept, streamKeysSince };
}
