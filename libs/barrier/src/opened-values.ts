/**
 * Plaintexts of values that were opened before, each living as long as the buffer with its ciphertext does: what drops
 * or replaces that one (a cache, a commit) drops the plaintext, too.
 */
export class OpenedValues {
  private readonly values = new WeakMap<Buffer, { readonly recordKey: string; readonly plaintext: Buffer }>();

  /** A copy, so that no caller can change what the next one gets. */
  get(sealed: Buffer, recordKey: string): Buffer | undefined {
    const found = this.values.get(sealed);
    return found?.recordKey === recordKey ? Buffer.from(found.plaintext) : undefined;
  }

  keep(sealed: Buffer, recordKey: string, plaintext: Buffer): void {
    this.values.set(sealed, { recordKey, plaintext: Buffer.from(plaintext) });
  }
}
