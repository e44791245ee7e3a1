import { createHmac } from 'node:crypto';

const MOST_REMEMBERED = 2048;

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
    return `hmac-sha256:${createHmac('sha256', this.salt).update(text).digest('hex')}`;
  }
}
