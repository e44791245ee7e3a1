import type { JWK } from 'jose';
import {
  type LocalStore,
  type Store,
  type StoreAdmin,
  undamagedRows,
  type UnitOfWork,
  unlessDamaged,
} from '@tidelock/store';
import { badRequest, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import { REVOKED } from '../cluster-port/cluster-server';
import { ifDamaged, isRevoked } from '../set-members/member-records';
import {
  ALL,
  type CertificateUse,
  checkSecondaryId,
  isSameKey,
  type KnownSecondary,
  rowOf,
  secondaryIn,
  type SecondaryState,
  stateIn,
  storedSecondary,
  termOf,
  withCertificateInUse,
  withOldCertificate,
  withUsedCertificate,
} from './known-secondary';

/** The primary's list of its secondaries (`known_secondaries`): rows of the local store, kept in memory as committed. */
export class SecondaryRegistry {
  private readonly known = new Map<string, KnownSecondary>();
  /** Ids only: what they stood for is gone, and they may be given again. */
  private readonly revoked = new Set<string>();
  /** Added by transactions of others, of which it is not known yet whether they commit. */
  private readonly added = new Map<string, KnownSecondary>();
  /** Being revoked: refused already, whatever the rows still say. */
  private readonly shutOut = new Set<string>();
  /** By id: certificates that have come into use, until their rows say so. A question with the former one, carried out meanwhile, does not undo that. */
  private readonly used = new Map<string, CertificateUse>();
  private stopListening: (() => void) | undefined;
  /** One after the other: an older reading must not bring back what a newer one has seen go. */
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store & Pick<StoreAdmin, 'integrity'>,
    private readonly logger: Logger,
    /** Told of a certificate, by fingerprint, whose successor has come into use. */
    private readonly onReplaced: (fingerprint: string) => void = () => undefined,
  ) {}

  async load(): Promise<void> {
    await this.readAll();
    this.stopListening = this.store.onCommit({
      committed: ({ localRows }) => {
        for (const { table, id } of localRows) if (table === 'secondary') this.changed(id);
      },
      reloaded: () => this.refresh(() => this.readAll()),
    });
  }

  /** Resolves when everything committed so far is on the list. */
  caughtUp(): Promise<void> {
    return this.refreshing;
  }

  close(): void {
    this.stopListening?.();
  }

  all(): KnownSecondary[] {
    return [...this.known.values()].filter(({ id }) => !this.shutOut.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** One that is on the list, and is not being revoked. */
  find(id: string): KnownSecondary | undefined {
    return this.shutOut.has(id) ? undefined : this.known.get(id);
  }

  /** Ids of those that have joined. */
  active(): string[] {
    return this.all()
      .filter(({ state }) => state === 'active')
      .map(({ id }) => id);
  }

  /** What became of every id that was ever given, revoked ones included. One that was given keys and has not called since is `pending`. */
  states(): Readonly<Record<string, SecondaryState>> {
    const revoked = [...this.revoked].sort().map((id) => [id, 'revoked'] as const);
    const shown = this.all().map(
      ({ id, state, expiresAt }) => [id, expiresAt === undefined ? state : 'pending'] as const,
    );
    return Object.fromEntries([...shown, ...revoked]);
  }

  /** The key that a secondary registered when it was activated. */
  async publicKeyOf(id: string): Promise<JWK | undefined> {
    return (await storedSecondary(this.store.local, id))?.publicKey;
  }

  /** Id of the secondary that owns a certificate. */
  recognise(fingerprint: string): string | undefined {
    const found = this.all().find(
      (secondary) => secondary.fingerprint === fingerprint || secondary.nextFingerprint === fingerprint,
    );
    if (found?.nextFingerprint === fingerprint) this.confirmRenewed(found, fingerprint);
    return found?.id;
  }

  /** Whether a secondary's certificate was made no earlier than the barrier's data key of this term, and after the last revocation. */
  isRenewed(id: string, fingerprint: string, term: number): boolean {
    const secondary = this.known.get(id);
    return secondary !== undefined && (termOf(secondary, fingerprint) ?? -1) >= term;
  }

  /**
   * Puts a new secondary on the list, with the caller's transaction.
   *
   * @throws {TidelockError} INVALID_REQUEST for an id that is missing, malformed, too long or taken.
   */
  async add(local: LocalStore, secondary: KnownSecondary): Promise<void> {
    checkSecondaryId(secondary.id);
    if (!['revoked', undefined].includes(await stateIn(local, secondary.id)))
      throw badRequest(
        `secondary with ID "${secondary.id}" already exists: take another id, or revoke this one first (primary/revoke-secondary)`,
      );
    local.put('secondary', rowOf(secondary));
    this.added.set(secondary.id, secondary);
  }

  /**
   * It joins: from now on it may hold the set's keys. Durable, and known, when this returns. Asked again in time with the same key, before any
   * other call, it is told again: the first answer may not have arrived.
   *
   * @throws {TidelockError} PRIMARY_UNREACHABLE when it was revoked meanwhile, INVALID_REQUEST when it comes too late, or has joined.
   */
  async activate(
    id: string,
    publicKey: JWK,
    now: number,
    register: (unit: UnitOfWork) => Promise<void> = async () => {},
  ): Promise<void> {
    await this.store.transact(async (unit) => {
      const { local, replicated } = unit;
      const secondary = await storedSecondary(local, id);
      const isGone =
        secondary === undefined ||
        secondary.state === 'revoked' ||
        (secondary.state === 'active' && (await isRevoked(replicated, id)));
      if (isGone) throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
      if (now > (secondary.expiresAt ?? Infinity)) {
        throw badRequest(
          `the activation of secondary "${id}" has expired: revoke the id at the primary and make a new token`,
        );
      }
      if (
        secondary.state === 'active' &&
        (secondary.expiresAt === undefined || !isSameKey(secondary.publicKey, publicKey))
      ) {
        throw badRequest(`secondary "${id}" has joined already: revoke the id at the primary and make a new token`);
      }
      local.put('secondary', rowOf({ ...secondary, state: 'active', publicKey }));
      await register(unit);
    });
    await this.caughtUp();
  }

  /**
   * It is about to get another certificate: both are good until the new one is used. Durable, and known, when this returns.
   *
   * @param shown fingerprint of the certificate that it asks with. One that was replaced gets no other.
   */
  async expectRenewed(
    id: string,
    shown: string,
    { fingerprint: nextFingerprint, term: nextTerm }: { readonly fingerprint: string; readonly term: number },
  ): Promise<void> {
    await this.store.transact(async ({ local, replicated }) => {
      const stored = await storedSecondary(local, id);
      // What has come into use counts, whether that was noted or not.
      const secondary = stored && withUsedCertificate(stored, this.used.get(id));
      const isGood =
        secondary !== undefined &&
        secondary.state !== 'revoked' &&
        !(await isRevoked(replicated, id)) &&
        [secondary.fingerprint, secondary.nextFingerprint].includes(shown);
      if (!isGood) throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
      local.put('secondary', rowOf({ ...withCertificateInUse(secondary, shown), nextFingerprint, nextTerm }));
    });
    await this.caughtUp();
  }

  /** Refuses a secondary's certificate, at once, while `work` makes that last. */
  async refuseDuring(id: string, work: () => Promise<unknown>): Promise<void> {
    this.shutOut.add(id);
    try {
      await work();
      await this.caughtUp();
    } finally {
      this.shutOut.delete(id);
    }
  }

  /**
   * Takes a secondary off the list, with the caller's transaction. An unknown id is no error, nor is a damaged row.
   *
   * @returns what it was, where its row is damaged `active`; `undefined` for an id that nobody has.
   */
  async revoke(local: LocalStore, id: string): Promise<SecondaryState | undefined> {
    const state = await stateIn(local, id);
    if (state === undefined || state === 'revoked') return undefined;
    const known = await unlessDamaged(storedSecondary(local, id));
    local.put('secondary', rowOf({ id, state: 'revoked', fingerprint: '', createdAt: known?.createdAt ?? 0 }));
    if (state === 'active') await this.outdate(local, id);
    return state;
  }

  /**
   * Who is sent keys, as the caller's transaction sees it: a secondary that joins meanwhile overtakes that. Nobody whose record as a member is
   * revoked, or damaged: who is left out by mistake asks for the keys.
   */
  async recipients({
    local,
    replicated,
  }: Pick<UnitOfWork, 'local' | 'replicated'>): Promise<{ readonly id: string; readonly publicKey: JWK }[]> {
    const rows = await undamagedRows(local, 'secondary', ALL);
    const listed = await Promise.all(
      rows.map(async ({ value }) => {
        const { id, state, publicKey } = secondaryIn(value);
        if (state !== 'active' || publicKey === undefined) return [];
        return (await isRevoked(replicated, id).catch(ifDamaged)) === false ? [{ id, publicKey }] : [];
      }),
    );
    return listed.flat();
  }

  /** Who was revoked may have a copy of another's database: whatever certificate is in it is to be replaced. */
  private async outdate(local: LocalStore, revoked: string): Promise<void> {
    for (const { id, value } of await undamagedRows(local, 'secondary', ALL)) {
      if (id !== revoked && secondaryIn(value).state === 'active')
        local.put('secondary', rowOf(withOldCertificate(secondaryIn(value))));
    }
  }

  /** The new certificate has been used: the old one is refused from now on. */
  private confirmRenewed(secondary: KnownSecondary, fingerprint: string): void {
    const { id } = secondary;
    const used = { former: secondary.fingerprint, fingerprint };
    this.used.set(id, used);
    this.known.set(id, withUsedCertificate(secondary, used));
    this.onReplaced(used.former);
    void this.noteUsed(id, used);
  }

  private async noteUsed(id: string, used: CertificateUse): Promise<void> {
    try {
      await this.store.transact(async ({ local }) => {
        const stored = await storedSecondary(local, id);
        if (stored?.fingerprint === used.former) local.put('secondary', rowOf(withUsedCertificate(stored, used)));
      });
      await this.caughtUp();
      if (this.used.get(id) === used) this.used.delete(id);
    } catch (error) {
      this.logger.warn('the renewal of a certificate could not be noted', { id, reason: reasonOf(error) });
    }
  }

  /** What was added is known when its caller is answered: the secondary may call before the row is read back. */
  private changed(id: string): void {
    const added = this.added.get(id);
    if (added !== undefined && this.added.delete(id)) this.known.set(id, added);
    this.refresh(() => this.read(id));
  }

  private refresh(read: () => Promise<void>): void {
    this.refreshing = this.refreshing.then(read).catch((error: unknown) => {
      this.logger.warn('the list of secondaries is not up to date', { reason: reasonOf(error) });
    });
  }

  private async readAll(): Promise<void> {
    const listed = await this.store.local.heads('secondary', ALL);
    const rows = await undamagedRows(this.store.local, 'secondary', ALL);
    this.known.clear();
    this.revoked.clear();
    for (const row of rows) this.note(row.value);
    // Nobody is let in on what a hand may have written; that must not keep the others out.
    const damaged = listed.map(({ id }) => id).filter((id) => !rows.some((row) => row.id === id));
    if (damaged.length > 0)
      this.logger.error('secondaries whose stored rows are damaged are not let in', { ids: damaged.join(', ') });
  }

  private async read(id: string): Promise<void> {
    const row = await this.store.local.row('secondary', id);
    if (row === undefined) this.known.delete(id);
    else this.note(row.value);
  }

  private note(value: Buffer): void {
    const secondary = secondaryIn(value);
    const { id, state } = secondary;
    this.revoked.delete(id);
    this.known.delete(id);
    if (state === 'revoked') this.revoked.add(id);
    else this.known.set(id, withUsedCertificate(secondary, this.used.get(id)));
  }
}
