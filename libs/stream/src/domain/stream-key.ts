import { createHash, createHmac, randomBytes } from 'node:crypto';
import { StreamMessageRefusedError } from './errors';

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

/** The key's 32 bytes, base64, without the place of its use. */
export const secretOf = (text: string): string => text.split('@')[0] ?? '';

/** The same key, for messages after another index. */
export const streamKeyAt = (text: string, index: number): string => `${secretOf(text)}@${index}`;

/** The index after which a key is used. */
export const startOf = (text: string): number => Number(text.split('@')[1] ?? 0);

export const keyIdOf = (text: string): string => keyIn(text).id;

const keyIn = (text: string): StreamKey => new StreamKey(Buffer.from(secretOf(text), 'base64'));

/** Both lists without doubles, oldest first. */
export const mergeStreamKeys = (some: readonly string[], more: readonly string[]): string[] =>
  [...new Set([...some, ...more])].sort((a, b) => startOf(a) - startOf(b));

/** Of keys in their order those that seal anything after `index`. */
export const keysAfter = (texts: readonly string[], index: number): string[] =>
  texts.filter((_, i) => i === texts.length - 1 || startOf(texts[i + 1] as string) > index);

/**
 * All keys of one stream that this cluster knows. Each is good from the message after a certain index on: the one that
 * announces a new key is still sealed with the old one, also when a crash makes the publisher send it again.
 */
export class StreamKeyring {
  private keys: readonly { readonly key: StreamKey; readonly after: number }[] = [];

  /** @param texts as `newStreamKey` makes them. */
  constructor(texts: readonly string[]) {
    this.replace(texts);
  }

  /** These keys and no others from now on. */
  replace(texts: readonly string[]): void {
    this.keys = mergeStreamKeys(texts, []).map((text) => ({ key: keyIn(text), after: startOf(text) }));
  }

  /** The key that seals the message at `index`. */
  sealing(index: number): StreamKey {
    const found = this.keys.findLast(({ after }) => after < index) ?? this.keys[0];
    if (found === undefined) throw new Error('the stream has no key');
    return found.key;
  }

  has(id: string): boolean {
    return this.keys.some(({ key }) => key.id === id);
  }

  /**
   * The key that opens a message at `index`, should it be sealed with the one of that id.
   *
   * @throws {StreamMessageRefusedError} expired-key: who has only an old key says nothing behind the place where it was replaced.
   */
  opening(id: string, index: number): StreamKey | undefined {
    const at = this.keys.findIndex(({ key }) => key.id === id);
    const successor = at < 0 ? undefined : this.keys[at + 1];
    if (successor !== undefined && index > successor.after) throw new StreamMessageRefusedError('expired-key');
    return this.keys[at]?.key;
  }

  /** Whether there is a key that seals nothing after `index`. */
  hasKeysBefore(index: number): boolean {
    return (this.keys[1]?.after ?? Infinity) <= index;
  }
}
