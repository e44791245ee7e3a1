import { createHmac } from 'node:crypto';

const MOST_REMEMBERED = 2048;
/** Bytes that are hashed at a time: about 1 ms. */
const STEP = 256 * 1024;

/** HMAC-SHA256 under a device's salt, in the form `hmac-sha256:<hex>`. */
export class Hasher {
  private readonly remembered = new Map<string, string>();
  private readonly ofNothing: string;

  constructor(private readonly salt: string) {
    this.ofNothing = this.digest('');
  }

  hash(text: string): string {
    return text === '' ? this.ofNothing : this.digest(text);
  }

  /** The same as `hash`, in steps: pieces of no text, and at the end the hash. */
  *hashLong(text: string): Generator<string, string> {
    const hmac = createHmac('sha256', this.salt);
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += STEP) {
      hmac.update(bytes.subarray(at, at + STEP));
      yield '';
    }
    return named(hmac.digest('hex'));
  }

  /** For what comes again and again: tokens and accessors, never data. */
  hashRecurring(text: string): string {
    const known = this.remembered.get(text);
    if (known !== undefined) return known;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const hashed = this.hash(text);
    this.remembered.set(text, hashed);
    return hashed;
  }

  private digest(text: string): string {
    return named(createHmac('sha256', this.salt).update(text).digest('hex'));
  }
}

const named = (digest: string): string => `hmac-sha256:${digest}`;
