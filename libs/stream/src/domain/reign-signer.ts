import { encodeHeader, type Header } from './header';
import { isSignedBy, SigningKey } from './signing-key';
import type { Introduction } from './trailer';

/** What a reign signs: the digest covers header and content of a message and of all before it; the name keeps streams apart. */
const covered = (stream: string, digest: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`tidelock covers\0${stream}\0`), digest]);

/** What a member signs: the message's header says which set, epoch and place in the chain. */
const begun = (header: Header, reignKey: Buffer): Buffer =>
  Buffer.concat([Buffer.from('tidelock reign\0'), encodeHeader(header), reignKey]);

/** Signs for one reign of one member. */
export class ReignSigner {
  private readonly member: SigningKey;
  private readonly reign: SigningKey;

  /** @param keys texts of `SigningKey`s. */
  constructor(
    keys: { readonly member: string; readonly reign: string },
    readonly epoch: number,
  ) {
    this.member = new SigningKey(keys.member);
    this.reign = new SigningKey(keys.reign);
  }

  get reignKey(): Buffer {
    return this.reign.publicKey;
  }

  get memberKey(): Buffer {
    return this.member.publicKey;
  }

  /** Answers for a stream up to the message with this chain digest. */
  cover(stream: string, digest: Buffer): Buffer {
    return this.reign.sign(covered(stream, digest));
  }

  /** For a `fence` or an `epoch-started` message. */
  introduce(header: Header): Introduction {
    const { reignKey, memberKey } = this;
    return { reignKey, memberKey, signature: this.member.sign(begun(header, reignKey)) };
  }
}

export const isCovered = (
  reignKey: Buffer,
  { stream, digest, signature }: { stream: string; digest: Buffer; signature: Buffer },
): boolean => isSignedBy(reignKey, covered(stream, digest), signature);

/** Whether the member that an introduction names has made it. Who may make one is another question. */
export const isGenuine = ({ reignKey, memberKey, signature }: Introduction, header: Header): boolean =>
  isSignedBy(memberKey, begun(header, reignKey), signature);
