import { hash, timingSafeEqual } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';
import { type KeptUsage, KeyUsage, type KeyUse } from './key-usage';
import { Keyring } from './keyring';
import { OpenedValues } from './opened-values';
import { openValue, sealValue, termOf } from './sealed-value';
import { unwrapKeys, wrapKeys } from './wrapped-key';

const PURPOSE = 'keyring';

/** Facts about the key that seals now, for `sys/key-status`. */
export interface KeyStatus {
  readonly term: number;
  /** Milliseconds since the Unix epoch. */
  readonly installTime: number;
  /** By all clusters of the set, as far as they have told. */
  readonly encryptions: number;
}

export interface BarrierOptions {
  /**
   * Opened values stay in memory beside the buffers that they were opened from, until the barrier is sealed: faster reads,
   * for more plaintext in a memory dump. Default `false`.
   */
  readonly keepOpened?: boolean;
}

interface OpenBarrier {
  readonly rootKey: Buffer;
  /** A later one, whose keyring is still to come. */
  readonly nextRootKey?: Buffer;
  readonly keyring: Keyring;
  readonly opened: OpenedValues | undefined;
  /** A keyring came that does not open: under the root key of a rekey, most likely. Until one opens, later terms are known to be missing. */
  readonly isBehind?: true;
}

/**
 * The encryption that all data at rest passes (P9). Sealed, it holds no key and refuses everything.
 *
 * Everything is synchronous: AES-256-GCM of a kilobyte takes a few microseconds, less than a hop to a thread pool.
 */
export class Barrier {
  private open: OpenBarrier | undefined;
  private readonly usage = new KeyUsage();

  constructor(private readonly options: BarrierOptions = {}) {}

  /** A first keyring, sealed under the root key: the value of the record `keyring`. */
  static newKeyring(rootKey: Buffer, now: number): Buffer {
    return wrapKeyring(rootKey, Keyring.create(now));
  }

  /** Names a root key, and tells nothing of it: 16 hex digits. */
  static rootKeyIdOf(rootKey: Buffer): string {
    return hash('sha256', Buffer.concat([Buffer.from('root-key-id'), rootKey]), 'hex').slice(0, 16);
  }

  get sealed(): boolean {
    return this.open === undefined;
  }

  /** Number of the key that seals; 0 while sealed. */
  get term(): number {
    return this.open?.keyring.active.term ?? 0;
  }

  /** A keyring came that did not open, and none since then that did: it waits for the root key of a rekey. */
  get isBehind(): boolean {
    return this.open?.isBehind === true;
  }

  /** A copy of the root key, for the seal and for joining secondaries. @throws {TidelockError} SEALED. */
  get rootKey(): Buffer {
    return Buffer.from(this.require().rootKey);
  }

  /** @throws {TidelockError} SEALED. */
  get keyStatus(): KeyStatus {
    const { term, installTime, encryptions } = this.require().keyring.active;
    return { term, installTime, encryptions: encryptions + this.usage.total(term) };
  }

  /** Uses of the data key by this cluster. @throws {TidelockError} SEALED. */
  get ownUse(): KeyUse {
    const { term, encryptions } = this.require().keyring.active;
    return { term, encryptions };
  }

  /** Uses by all other clusters but one. @throws {TidelockError} SEALED. */
  useBesides(who: string): KeyUse {
    const { term, encryptions } = this.ownUse;
    return { term, encryptions: encryptions + this.usage.total(term, who) };
  }

  /** Another cluster tells how often it, or others, used the data key. No effect when sealed. */
  noteUse(who: string, use: KeyUse): void {
    if (this.open !== undefined) this.usage.note(who, use, this.term);
  }

  /** For the next start. @throws {TidelockError} SEALED. */
  get keptUsage(): KeptUsage {
    return { ...this.ownUse, elsewhere: this.usage.kept(this.term) };
  }

  /** Goes on counting where an earlier process ended. @throws {TidelockError} SEALED. */
  countOn({ term, encryptions, elsewhere }: KeptUsage): void {
    const { active } = this.require().keyring;
    if (active.term !== term) return;
    active.encryptions = Math.max(active.encryptions, encryptions);
    for (const [who, count] of Object.entries(elsewhere)) this.noteUse(who, { term, encryptions: count });
  }

  /**
   * Seals a value under the newest term.
   *
   * @param recordKey the key it will be stored under; it opens under no other.
   * @throws {TidelockError} SEALED.
   */
  encrypt(plaintext: Buffer, recordKey: string): Buffer {
    const active = this.require().keyring.active;
    active.encryptions += 1;
    return sealValue(active.key, active.term, plaintext, recordKey);
  }

  /**
   * @throws {TidelockError} SEALED; UNKNOWN_TERM for a later term than this barrier has, after a keyring that it could not open;
   *   CORRUPT_RECORD when authentication fails or the term is unknown otherwise.
   */
  decrypt(sealed: Buffer, recordKey: string): Buffer {
    const { keyring, opened, isBehind } = this.require();
    const kept = opened?.get(sealed, recordKey);
    if (kept !== undefined) return kept;
    const number = termOf(sealed);
    const term = keyring.find(number);
    if (term === undefined && isBehind && number > keyring.active.term) throw new TidelockError('UNKNOWN_TERM');
    if (term === undefined)
      throw new TidelockError('CORRUPT_RECORD', 'stored data is sealed under an unknown key term');
    const plaintext = openValue(term.key, sealed, recordKey);
    opened?.keep(sealed, recordKey, plaintext);
    return plaintext;
  }

  /**
   * Opens the keyring and starts to serve. Replaces the keys when unsealed already (a cluster that joins another set).
   *
   * @param rootKey 32 bytes; copied.
   * @throws {TidelockError} CORRUPT_RECORD when the root key does not open the keyring; the barrier stays as it was.
   */
  unseal(rootKey: Buffer, sealedKeyring: Buffer): void {
    const keyring = unwrapKeyring(rootKey, sealedKeyring);
    this.seal();
    this.open = this.openWith(Buffer.from(rootKey), keyring);
  }

  /**
   * Takes a changed keyring into use, opened with the root key in memory or with the one that is expected: after a rotation or
   * a rekey here, or one that came by replication.
   *
   * @throws {TidelockError} SEALED, or CORRUPT_RECORD when it does not open; the keys stay as they were.
   */
  reload(sealedKeyring: Buffer): void {
    const open = this.require();
    const { rootKey, nextRootKey, keyring: previous } = open;
    const opening = openingKey(sealedKeyring, rootKey, nextRootKey);
    // Unless it opens.
    this.open = { ...open, isBehind: true };
    const keyring = unwrapKeyring(opening, sealedKeyring);
    keyring.keepCountsOf(previous);
    const next = opening === rootKey && nextRootKey !== undefined ? { nextRootKey } : {};
    this.open = { ...this.openWith(opening, keyring), ...next };
    previous.destroy();
    if (opening !== rootKey) rootKey.fill(0);
  }

  /**
   * The set has a new root key, or is about to: `reload` takes it into use with the first keyring that it opens.
   *
   * @param rootKey 32 bytes; copied.
   * @throws {TidelockError} SEALED.
   */
  expectRootKey(rootKey: Buffer): void {
    const open = this.require();
    if (this.isRootKey(rootKey)) return;
    open.nextRootKey?.fill(0);
    this.open = { ...open, nextRootKey: Buffer.from(rootKey) };
  }

  /** Whether the root key in use opens a keyring. @throws {TidelockError} SEALED. */
  opens(sealedKeyring: Buffer): boolean {
    const { rootKey } = this.require();
    return isOpenedBy(rootKey, sealedKeyring);
  }

  /**
   * Whether a keyring holds every key that may have sealed something here.
   *
   * @param rootKey what opens it, where that is another than the one in use.
   * @throws {TidelockError} SEALED, or CORRUPT_RECORD when the root key does not open it.
   */
  isCoveredBy(sealedKeyring: Buffer, rootKey: Buffer = this.require().rootKey): boolean {
    const { keyring } = this.require();
    const other = unwrapKeyring(rootKey, sealedKeyring);
    const covered = keyring.isWithin(other);
    other.destroy();
    return covered;
  }

  /**
   * A keyring with one more term, sealed. It is not in use until `reload` is called with it: commit it first.
   *
   * @param now milliseconds since the Unix epoch.
   * @throws {TidelockError} SEALED.
   */
  rotate(now: number): Buffer {
    const { rootKey, keyring } = this.require();
    return wrapKeyring(rootKey, keyring.withNextTerm(now));
  }

  /**
   * A keyring with one more term under another root key: whoever holds the one in use, and every data key up to now, opens
   * nothing that is sealed once it is in use. `expectRootKey` first, then commit it.
   *
   * @throws {TidelockError} SEALED.
   */
  rekey(newRootKey: Buffer, now: number): Buffer {
    return wrapKeyring(newRootKey, this.require().keyring.withNextTerm(now));
  }

  /**
   * A secret that all clusters of the set share and that rotation does not change (token ids, `X-Vault-Index`).
   * Costs some 15 us: keep it until the barrier is sealed.
   *
   * @returns 32 bytes.
   * @throws {TidelockError} SEALED.
   */
  derive(label: string): Buffer {
    return this.require().keyring.derive(label);
  }

  /** The name of the root key in use. @throws {TidelockError} SEALED. */
  get rootKeyId(): string {
    return Barrier.rootKeyIdOf(this.require().rootKey);
  }

  /** Whether the bytes are the root key in use, without telling how much of it. @throws {TidelockError} SEALED. */
  isRootKey(candidate: Buffer): boolean {
    const { rootKey } = this.require();
    return candidate.length === rootKey.length && timingSafeEqual(candidate, rootKey);
  }

  /** Forgets all keys, overwriting their bytes. No effect when sealed. */
  seal(): void {
    this.open?.rootKey.fill(0);
    this.open?.nextRootKey?.fill(0);
    this.open?.keyring.destroy();
    this.open = undefined;
  }

  private openWith(rootKey: Buffer, keyring: Keyring): OpenBarrier {
    return { rootKey, keyring, opened: this.options.keepOpened ? new OpenedValues() : undefined };
  }

  private require(): OpenBarrier {
    if (this.open === undefined) throw new TidelockError('SEALED');
    return this.open;
  }
}

/** Which of two root keys opens the keyring; the first where none does, so that opening says why. */
function openingKey(sealedKeyring: Buffer, current: Buffer, next: Buffer | undefined): Buffer {
  return next === undefined || isOpenedBy(current, sealedKeyring) || !isOpenedBy(next, sealedKeyring) ? current : next;
}

function isOpenedBy(rootKey: Buffer, sealedKeyring: Buffer): boolean {
  try {
    unwrapKeys(rootKey, sealedKeyring, PURPOSE).fill(0);
    return true;
  } catch {
    return false;
  }
}

/** Seals the keyring and destroys this copy of it. */
function wrapKeyring(rootKey: Buffer, keyring: Keyring): Buffer {
  const bytes = keyring.serialise();
  keyring.destroy();
  const wrapped = wrapKeys(rootKey, bytes, PURPOSE);
  bytes.fill(0);
  return wrapped;
}

function unwrapKeyring(rootKey: Buffer, sealedKeyring: Buffer): Keyring {
  const bytes = unwrapKeys(rootKey, sealedKeyring, PURPOSE);
  try {
    return Keyring.parse(bytes);
  } finally {
    bytes.fill(0);
  }
}
