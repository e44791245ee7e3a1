import { hkdfSync, randomBytes } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { KEY_BYTES } from './wrapped-key';

/** One data key of the barrier. */
export interface KeyringTerm {
  readonly term: number;
  /** 32 bytes. */
  readonly key: Buffer;
  /** Milliseconds since the Unix epoch. */
  readonly installTime: number;
  /** Values sealed with this key, as far as this process and the stored keyring know. */
  encryptions: number;
}

const VERSION = 1;
const HEADER_BYTES = 1 + KEY_BYTES + 4;
const TERM_BYTES = 4 + 8 + 8 + KEY_BYTES;

/**
 * The data keys, numbered by term: the newest seals, all of them open. Beside them lives a derivation key that never
 * rotates, the source of the secrets that all clusters of a replication set share.
 */
export class Keyring {
  private readonly byTerm: ReadonlyMap<number, KeyringTerm>;
  /** The newest term: what seals. */
  readonly active: KeyringTerm;

  private constructor(
    private readonly derivationKey: Buffer,
    private readonly terms: readonly KeyringTerm[],
  ) {
    this.byTerm = new Map(terms.map((term) => [term.term, term]));
    this.active = terms.reduce((newest, term) => (term.term > newest.term ? term : newest));
  }

  /** A keyring with term 1. @param now milliseconds since the Unix epoch. */
  static create(now: number): Keyring {
    return new Keyring(randomBytes(KEY_BYTES), [newTerm(1, now)]);
  }

  /**
   * Reads what `serialise` wrote; the bytes are copied.
   *
   * @throws {TidelockError} CORRUPT_RECORD.
   */
  static parse(bytes: Buffer): Keyring {
    const count = bytes.length < HEADER_BYTES || bytes[0] !== VERSION ? 0 : bytes.readUInt32BE(1 + KEY_BYTES);
    if (count === 0 || bytes.length !== HEADER_BYTES + count * TERM_BYTES) {
      throw new TidelockError('CORRUPT_RECORD', 'the keyring has an unknown form');
    }
    const terms = Array.from({ length: count }, (_, i) => readTerm(bytes, HEADER_BYTES + i * TERM_BYTES));
    return new Keyring(Buffer.from(bytes.subarray(1, 1 + KEY_BYTES)), terms);
  }

  /** Plaintext keys: wrap it at once, then overwrite it. */
  serialise(): Buffer {
    const bytes = Buffer.alloc(HEADER_BYTES + this.terms.length * TERM_BYTES);
    bytes.writeUInt8(VERSION);
    this.derivationKey.copy(bytes, 1);
    bytes.writeUInt32BE(this.terms.length, 1 + KEY_BYTES);
    this.terms.forEach((term, i) => writeTerm(term, bytes, HEADER_BYTES + i * TERM_BYTES));
    return bytes;
  }

  find(term: number): KeyringTerm | undefined {
    return term === this.active.term ? this.active : this.byTerm.get(term);
  }

  /** A copy with one more term. This keyring stays as it is. */
  withNextTerm(now: number): Keyring {
    const bytes = this.serialise();
    const copy = Keyring.parse(bytes);
    bytes.fill(0);
    return new Keyring(copy.derivationKey, [...copy.terms, newTerm(this.active.term + 1, now)]);
  }

  /** Whether another keyring opens all that this one sealed. */
  isWithin(other: Keyring): boolean {
    return this.terms.every(({ term, key }) => other.find(term)?.key.equals(key) ?? false);
  }

  /** Takes over the counts of another copy of the same keyring where they are higher. */
  keepCountsOf(older: Keyring): void {
    for (const term of this.terms) {
      const known = older.byTerm.get(term.term);
      if (known?.key.equals(term.key)) term.encryptions = Math.max(term.encryptions, known.encryptions);
    }
  }

  /** HKDF-SHA256 (RFC 5869) of the derivation key. @returns 32 bytes, the same on all clusters of a set. */
  derive(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.derivationKey, Buffer.alloc(0), label, KEY_BYTES));
  }

  /** Overwrites all key bytes. */
  destroy(): void {
    this.derivationKey.fill(0);
    for (const { key } of this.terms) key.fill(0);
  }
}

const newTerm = (term: number, installTime: number): KeyringTerm => ({
  term,
  installTime,
  encryptions: 0,
  key: randomBytes(KEY_BYTES),
});

function readTerm(bytes: Buffer, at: number): KeyringTerm {
  return {
    term: bytes.readUInt32BE(at),
    installTime: Number(bytes.readBigUInt64BE(at + 4)),
    encryptions: Number(bytes.readBigUInt64BE(at + 12)),
    key: Buffer.from(bytes.subarray(at + 20, at + 20 + KEY_BYTES)),
  };
}

function writeTerm(term: KeyringTerm, bytes: Buffer, at: number): void {
  bytes.writeUInt32BE(term.term, at);
  bytes.writeBigUInt64BE(BigInt(term.installTime), at + 4);
  bytes.writeBigUInt64BE(BigInt(term.encryptions), at + 12);
  term.key.copy(bytes, at + 20);
}
