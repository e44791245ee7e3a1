import { createHash, createHmac, randomBytes } from 'node:crypto';

const BLOCK = 2 ** 20;

/**
 * A stream's key, 32 bytes. Messages are sealed under keys derived from it, one per epoch and 2^20 indexes, so that
 * random 96-bit nonces stay far below the 2^32 uses per key that NIST SP 800-38D section 8.3 allows.
 */
export class StreamKey {
  /** First 4 bytes of the key's SHA-256, as 8 hex digits. */
  readonly id: string;
  private block: { readonly name: string; readonly key: Buffer } | undefined;

  constructor(private readonly secret: Buffer) {
    if (secret.length !== 32) throw new RangeError('a stream key has 32 bytes');
    this.id = createHash('sha256').update(secret).digest('hex').slice(0, 8);
  }

  /** The AES-256 key for the message at this place. */
  messageKey(epoch: number, index: number): Buffer {
    const name = `${epoch}/${Math.floor(index / BLOCK)}`;
    if (this.block?.name !== name) {
      this.block = { name, key: createHmac('sha256', this.secret).update(`tidelock stream ${name}`).digest() };
    }
    return this.block.key;
  }
}

/** A new key's text form, for messages after `index`: `<base64>@<index>`. */
export const newStreamKey = (index = 0): string => `${randomBytes(32).toString('base64')}@${index}`;

/** The index after which a key, in its text form, is used. */
const indexOf = (text: string): number => Number(text.split('@')[1] ?? 0);

/** Both lists without doubles, oldest first. */
export const mergeStreamKeys = (some: readonly string[], more: readonly string[]): string[] =>
  [...new Set([...some, ...more])].sort((a, b) => indexOf(a) - indexOf(b));

/**
 * All keys of one stream that this cluster knows. Each is good from the message after a certain index on: the one that
 * announces a new key is still sealed with the old one, also when a crash makes the publisher send it again.
 */
export class StreamKeyring {
  private readonly keys: { readonly key: StreamKey; readonly after: number }[] = [];

  /** @param texts as `newStreamKey` makes them, oldest first. */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.add(text);
  }

  /** @returns whether it is new. */
  add(text: string): boolean {
    const key = new StreamKey(Buffer.from(text.split('@')[0] ?? '', 'base64'));
    if (this.opening(key.id) !== undefined) return false;
    this.keys.push({ key, after: indexOf(text) });
    this.keys.sort((a, b) => a.after - b.after);
    return true;
  }

  /** The key that seals the message at `index`. */
  sealing(index: number): StreamKey {
    const found = this.keys.findLast(({ after }) => after < index) ?? this.keys[0];
    if (found === undefined) throw new Error('the stream has no key');
    return found.key;
  }

  opening(id: string): StreamKey | undefined {
    return this.keys.find(({ key }) => key.id === id)?.key;
  }
}
