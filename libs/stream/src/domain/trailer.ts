import { StreamMessageRefusedError } from './errors';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './signing-key';

/** What a member says when it begins a reign: in the clear, so that whoever has other stream keys can check it. */
export interface Introduction {
  /** Public key of the reign: 32 bytes. */
  readonly reignKey: Buffer;
  /** Public key of the member: 32 bytes. */
  readonly memberKey: Buffer;
  /** The member's, over the message's header and the reign's key: 64 bytes. */
  readonly signature: Buffer;
}

/** What stands behind a sealed message. It is no part of the chain: a message sent again may have another, or none. */
export interface Trailer {
  readonly introduction?: Introduction;
  /** The reign's, over the chain up to and including this message: 64 bytes. */
  readonly signature?: Buffer;
}

const SIGNED = 1;
const INTRODUCED = 2;
const INTRODUCTION_BYTES = 2 * PUBLIC_KEY_BYTES + SIGNATURE_BYTES;

/** `sealed message | [reign key 32 | member key 32 | signature 64] | [signature 64] | which of them u8`. */
export function withTrailer(sealed: readonly Buffer[], { introduction, signature }: Trailer): Buffer {
  const parts = [...sealed];
  if (introduction) parts.push(introduction.reignKey, introduction.memberKey, introduction.signature);
  if (signature) parts.push(signature);
  parts.push(Buffer.from([(signature ? SIGNED : 0) | (introduction ? INTRODUCED : 0)]));
  return Buffer.concat(parts);
}

/** @returns the trailer, and how many bytes precede it. @throws {StreamMessageRefusedError} bad-format. */
export function trailerOf(message: Buffer): { readonly trailer: Trailer; readonly length: number } {
  const flags = message.at(-1) ?? 0;
  const signatureAt = message.length - 1 - (flags & SIGNED ? SIGNATURE_BYTES : 0);
  const length = signatureAt - (flags & INTRODUCED ? INTRODUCTION_BYTES : 0);
  if (flags > (SIGNED | INTRODUCED) || length < 0) throw new StreamMessageRefusedError('bad-format');
  const [reignKey, memberKey, end] = [length, length + PUBLIC_KEY_BYTES, length + 2 * PUBLIC_KEY_BYTES];
  // Who keeps a trailer must not keep all that came in one fetch.
  const copyOf = (from: number, to: number): Buffer => Buffer.from(message.subarray(from, to));
  return {
    length,
    trailer: {
      ...(flags & INTRODUCED && {
        introduction: {
          reignKey: copyOf(reignKey, memberKey),
          memberKey: copyOf(memberKey, end),
          signature: copyOf(end, signatureAt),
        },
      }),
      ...(flags & SIGNED && { signature: copyOf(signatureAt, message.length - 1) }),
    },
  };
}
