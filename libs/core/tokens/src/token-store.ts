import { hash } from 'node:crypto';
import type { AuthBlock, AuthGrant, Caller, Connection, RenewedToken, TokenOrigin } from '@tidelock/engine-api';
import { badRequest, isWithinCidrs, TidelockError } from '@tidelock/kernel';
import type { LocalReader, Store, UnitOfWork } from '@tidelock/store';
import { BATCH_PREFIX, openBatchToken, sealBatchToken, type TokenSealer } from './batch-token';
import { type KnownToken, TokenCache } from './token-cache';
import { fromRow, isAlive, isRootToken, SPENT, type TokenEntry, toRow, WRAPPING_POLICY } from './token-entry';
import { authBlockOf, bareToken, newServiceToken, tokenFromGrant, type UnnamedToken } from './token-order';
import { type OwnedPrefixes, revokeOrphan, revokeTree } from './token-revocation';
import { TokenSalt } from './token-salt';

/** A token just made: the only time that it is known together with its entry. */
export interface IssuedToken {
  readonly clientToken: string;
  readonly entry: TokenEntry;
}

/**
 * The tokens of this cluster: rows of its local store, named by a salted hash, sealed by the barrier. They have no way
 * to another cluster (P5); only orphan batch tokens, which are stored nowhere, are good on other clusters of a replication set (`BatchTokenKeys`).
 */
export class TokenStore {
  private readonly salt = new TokenSalt();
  private readonly cache = new TokenCache();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'local' | 'onCommit'>,
    private readonly sealer: TokenSealer,
    private readonly ownedBy: OwnedPrefixes,
  ) {
    store.onCommit({ committed: (change) => this.cache.note(change), reloaded: () => this.clear() });
  }

  /**
   * Who holds this token, as long as it lives and may be used from this address.
   * A wrapping token is nobody's credential: only the wrapping calls take it.
   */
  async authenticate(clientToken: string, connection: Connection, now: number): Promise<Caller | undefined> {
    const known = await this.known(clientToken);
    if (known === undefined || !isAlive(known.entry, now) || isWrapping(known.entry)) return undefined;
    if (!isWithinCidrs(connection.remoteAddress, known.entry.boundCidrs)) return undefined;
    if (!(await hasItsParent(this.store.local, known.entry, now))) return undefined;
    return known.caller;
  }

  /** The live token's entry, wrapping tokens included. */
  async find(local: LocalReader, clientToken: string, now: number): Promise<TokenEntry | undefined> {
    const entry = await this.entryOf(local, clientToken);
    return entry !== undefined && isAlive(entry, now) && (await hasItsParent(local, entry, now)) ? entry : undefined;
  }

  async findById(local: LocalReader, tokenId: string, now: number): Promise<TokenEntry | undefined> {
    const row = await local.row('token', tokenId);
    const entry = row && fromRow(row);
    return entry !== undefined && isAlive(entry, now) ? entry : undefined;
  }

  async findByAccessor(local: LocalReader, accessor: string, now: number): Promise<TokenEntry | undefined> {
    const [row] = await local.rows('token', { column: 'accessor', equals: accessor, limit: 1 });
    const entry = row && fromRow(row);
    return entry !== undefined && isAlive(entry, now) ? entry : undefined;
  }

  /** The entry that authentication has just used; only where no request changes it (unlimited uses). */
  entryAtHand(caller: Caller): TokenEntry | undefined {
    return caller.numUses === 0 ? this.cache.peek(caller.tokenId)?.entry : undefined;
  }

  /** The caller's own entry, the running request included: a token whose last use this is counts as alive. */
  async entryOfCaller(unit: UnitOfWork, caller: Caller): Promise<TokenEntry | undefined> {
    if (caller.type === 'batch') return openBatchToken(caller.clientToken, caller.tokenId, this.sealer);
    const row = await unit.local.row('token', caller.tokenId);
    return row && fromRow(row);
  }

  /**
   * Takes one of a limited number of uses. After the last one nobody gets in with the token any more; `revokeSpent`
   * ends it when the request is over.
   *
   * @returns whether it was the last one, by the row that the unit writes: what the caller was told may be older.
   * @throws {TidelockError} PERMISSION_DENIED when another request took the last use.
   */
  async consumeUse(unit: UnitOfWork, caller: Caller): Promise<boolean> {
    if (caller.numUses === 0) return false;
    const row = await unit.local.row('token', caller.tokenId);
    const entry = row && fromRow(row);
    if (entry === undefined || entry.numUses === SPENT) throw new TidelockError('PERMISSION_DENIED');
    const isLast = entry.numUses === 1;
    unit.local.put('token', toRow({ ...entry, numUses: isLast ? SPENT : entry.numUses - 1 }));
    return isLast;
  }

  /** After a request that took the last use: ends the caller's token with all it leased and made. */
  async revokeSpent(caller: Caller, now: number): Promise<void> {
    const unit = this.store.begin();
    await this.revokeTree(unit, caller.tokenId, now);
    if (!unit.isEmpty) await unit.commit();
  }

  /** A login's token. @throws {TidelockError} INVALID_REQUEST for a root token: no login may give one. */
  async createFromGrant(unit: UnitOfWork, grant: AuthGrant, origin: TokenOrigin): Promise<AuthBlock> {
    if (grant.policies.some((policy) => policy.trim().toLowerCase() === 'root')) {
      throw badRequest('auth methods cannot create root tokens');
    }
    return (await this.create(unit, grant, origin)).auth;
  }

  /**
   * One stored row, or none for a batch token.
   *
   * @throws {TidelockError} INVALID_REQUEST: a token id that is taken, a parent that is gone, impossible batch tokens.
   */
  async create(unit: UnitOfWork, grant: AuthGrant, origin: TokenOrigin): Promise<RenewedToken> {
    const { token, warnings } = tokenFromGrant(grant, origin);
    const { parentId } = origin;
    if (parentId !== undefined && (await unit.local.row('token', parentId)) === undefined)
      throw badRequest('parent token lookup failed: no parent token found');
    const { clientToken } = await this.issue(unit, token, origin.clientToken);
    return { auth: authBlockOf(token, clientToken, origin.now), warnings };
  }

  /** A token that never expires and may do everything. @param id any text, for development; default a fresh one. */
  async createRoot(unit: UnitOfWork, now: number, id?: string): Promise<IssuedToken> {
    const facts = {
      path: 'auth/token/root',
      policies: ['root'],
      displayName: 'root',
      expiresAt: null,
      creationTime: now,
    };
    return this.issue(unit, bareToken(facts), id);
  }

  /** Stores the token under a fresh name, or under the one asked for. */
  async issue(unit: UnitOfWork, token: UnnamedToken, wanted?: string): Promise<IssuedToken> {
    if (token.type === 'batch') {
      const sealed = sealBatchToken({ ...token, id: '' }, this.sealer);
      return { clientToken: sealed, entry: { ...token, id: batchId(sealed) } };
    }
    const clientToken = wanted ?? newServiceToken();
    const id = await this.salt.newIdOf(unit.local, clientToken);
    if (wanted !== undefined && (await unit.local.row('token', id)) !== undefined) {
      throw badRequest('cannot create a token with a duplicate ID');
    }
    const entry = { ...token, id };
    unit.local.put('token', toRow(entry));
    return { clientToken, entry };
  }

  /** Ends the token, its descendants and all that hangs on them. */
  revokeTree(unit: UnitOfWork, tokenId: string, now: number): Promise<void> {
    return revokeTree(unit.local, this.ownedBy, tokenId, now);
  }

  /** Ends the token alone; its children become orphans. */
  revokeOrphan(unit: UnitOfWork, tokenId: string, now: number): Promise<void> {
    return revokeOrphan(unit.local, this.ownedBy, tokenId, now);
  }

  /** Drops what memory holds: the store was sealed, or replaced by another. */
  clear(): void {
    this.salt.forget();
    this.cache.clear();
  }

  private async known(clientToken: string): Promise<KnownToken | undefined> {
    const { local } = this.store;
    const id = isBatch(clientToken) ? batchId(clientToken) : await this.salt.idOf(local, clientToken);
    if (id === undefined) return undefined;
    return this.cache.get(id, async () => {
      const entry = await this.entryOf(local, clientToken);
      return entry && { entry, caller: callerOf(entry, clientToken) };
    });
  }

  private async entryOf(local: LocalReader, clientToken: string): Promise<TokenEntry | undefined> {
    if (isBatch(clientToken)) return openBatchToken(clientToken, batchId(clientToken), this.sealer);
    const id = await this.salt.idOf(local, clientToken);
    const row = id === undefined ? undefined : await local.row('token', id);
    return row && fromRow(row);
  }
}

const isBatch = (clientToken: string): boolean => clientToken.startsWith(BATCH_PREFIX);
const batchId = (clientToken: string): string => hash('sha256', clientToken, 'hex');
const isWrapping = (entry: TokenEntry): boolean => entry.policies.length === 1 && entry.policies[0] === WRAPPING_POLICY;

/** A batch token lives where and as long as its parent does; other tokens go when their parent is revoked. */
async function hasItsParent(local: LocalReader, entry: TokenEntry, now: number): Promise<boolean> {
  if (entry.type !== 'batch' || entry.parent === null) return true;
  const parent = await local.row('token', entry.parent);
  return parent !== undefined && isAlive(fromRow(parent), now);
}

const callerOf = (entry: TokenEntry, clientToken: string): Caller => ({
  clientToken,
  tokenId: entry.id,
  accessor: entry.accessor,
  type: entry.type,
  displayName: entry.displayName,
  policies: entry.policies,
  entityId: entry.entityId,
  metadata: entry.meta ?? {},
  orphan: entry.parent === null,
  numUses: entry.numUses,
  isRoot: isRootToken(entry),
});
