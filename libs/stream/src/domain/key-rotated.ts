import { pack, unpack } from 'msgpackr';

/** Body of a `key-rotated` message: the stream's new key, for each secondary that goes on reading. */
export interface KeyRotated {
  /** Name of the stream whose key it is: `full`, or the id of a filter. */
  readonly stream: string;
  /** Id of the new key, which seals everything after this message. */
  readonly keyId: string;
  /** `jwe`: the key, base64, encrypted to the one that this secondary registered. */
  readonly recipients: readonly { readonly id: string; readonly jwe: string }[];
}

export const encodeKeyRotated = ({ stream, keyId, recipients }: KeyRotated): Buffer =>
  pack([stream, keyId, recipients.flatMap(({ id, jwe }) => [id, jwe])]);

/** @throws {Error} when the bytes are no such body. */
export function decodeKeyRotated(body: Buffer): KeyRotated {
  const [stream, keyId, flat] = unpack(body) as [unknown, unknown, unknown];
  if (typeof stream !== 'string' || typeof keyId !== 'string' || !Array.isArray(flat))
    throw new Error('not a change of key');
  const recipients: { id: string; jwe: string }[] = [];
  for (let at = 0; at < flat.length; at += 2) recipients.push({ id: String(flat[at]), jwe: String(flat[at + 1]) });
  return { stream, keyId, recipients };
}
