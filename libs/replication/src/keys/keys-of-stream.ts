import { FULL_STREAM } from '@tidelock/stream';
import type { Credentials } from '../membership/role-store';

/** A primary's keys of one of its streams, oldest first; none for a stream that it does not publish. */
export const keysOf = ({ streamKeys, filterStreamKeys = {} }: Credentials, stream: string): readonly string[] =>
  stream === FULL_STREAM ? streamKeys : (filterStreamKeys[stream] ?? []);

/** @param keys none = the stream is given up. */
export function withKeys(credentials: Credentials, stream: string, keys: readonly string[]): Credentials {
  if (stream === FULL_STREAM) return { ...credentials, streamKeys: keys };
  const { [stream]: _, ...others } = credentials.filterStreamKeys ?? {};
  return { ...credentials, filterStreamKeys: keys.length === 0 ? others : { ...others, [stream]: keys } };
}

/** Keys of all streams of a primary. */
export const allKeys = ({ streamKeys, filterStreamKeys = {} }: Credentials): string[] => [
  ...streamKeys,
  ...Object.values(filterStreamKeys).flat(),
];
