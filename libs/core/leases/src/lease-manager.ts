import {
  type Asking,
  type AskingWithin,
  type Caller,
  type GrantOrigin,
  type LeaseCount,
  type LeaseGrant,
  type LeaseRenewal,
  LeaseService,
  type LeaseView,
  type RenewedLease,
  type RequestScope,
} from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import type { LeasedEngines } from '@tidelock/core/mounts';
import type { TokenEntry, TokenStore } from '@tidelock/core/tokens';
import { badRequest, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import { type LocalReader, NEVER_DUE, type Store, type UnitOfWork } from '@tidelock/store';
import { isLive, leaseRow, newLease, readLease } from './lease-entry';
import type { ExpirySweep } from './expiry-sweep';
import { LONGEST_LEASE } from './primary-revocation';
import { leaseIdsBelow, leaseNamesBelow, tokenOfLeaseId } from './lease-listing';
import { type LeaseRevoker, OVERTAKEN } from './lease-revoker';
import { renewLease, renewTokenLease } from './lease-renewal';
import { lifeOfLease } from './lease-life';

export interface LeaseManagerNeeds {
  readonly store: Pick<Store, 'begin' | 'local' | 'transact'>;
  readonly tokens: TokenStore;
  readonly engines: LeasedEngines;
  readonly revoker: LeaseRevoker;
  readonly sweep: ExpirySweep;
  /** Effects outside the store for which no commit stands. */
  readonly intents: { giveUp(folder: string): Promise<void> };
  readonly logger: Logger;
}

interface Bearer {
  readonly tokenId: string;
  readonly isStored: boolean;
  /** ms; 0 = never. */
  readonly expiresAt: number;
}

interface PrefixOptions {
  readonly force?: boolean;
  readonly wait?: boolean;
  readonly mount?: string;
}

const PAGE = 200;

/** The leases of this cluster: rows of its local store, each hanging on the token that asked for the secret. */
export class LeaseManager extends LeaseService {
  constructor(private readonly needs: LeaseManagerNeeds) {
    super();
  }

  /**
   * Makes the lease that an answer promises. It lives as long as the engine asks for, at most the mount's maximum,
   * and no longer than the caller's token.
   *
   * @param index WAL index of the primary's change that made the secret, where it was made there.
   * @throws {TidelockError} PERMISSION_DENIED when the token was revoked meanwhile.
   */
  async register(
    unit: UnitOfWork,
    caller: Caller,
    origin: GrantOrigin,
    grant: LeaseGrant,
    index?: number,
  ): Promise<{ leaseId: string; ttlSeconds: number; renewable: boolean }> {
    const { tokenId, isStored, expiresAt: notAfter } = await this.bearerOf(unit, caller);
    const { expiresAt, ttlSeconds } = lifeOfLease(grant, origin.mount, {
      issuedAt: origin.now,
      now: origin.now,
      notAfter,
    });
    const life = { token: tokenId, expiresAt, ttlSeconds, notAfter: isStored ? 0 : notAfter };
    const entry = { ...newLease(origin, grant, life), ...(index && { madeBy: index }) };
    const row = leaseRow(entry);
    if (row.value.length > LONGEST_LEASE) throw new Error('an engine puts too much into its leases');
    unit.local.put('lease', row);
    return { leaseId: entry.id, ttlSeconds: entry.ttlSeconds, renewable: entry.renewable };
  }

  /**
   * A lease that is over from the start: the sweep has the secret undone.
   *
   * @param index WAL index of the primary's change that made it: before that is here, its engine does not know the secret.
   */
  async giveBack(origin: GrantOrigin, grant: LeaseGrant, index: number): Promise<void> {
    const entry = newLease(origin, grant, { token: '', expiresAt: origin.now, ttlSeconds: 0, notAfter: 0 });
    await this.needs.store.transact(async ({ local }) => local.put('lease', leaseRow({ ...entry, madeBy: index })));
  }

  override async lookup(scope: RequestScope, leaseId: string, now: number): Promise<LeaseView> {
    const { local } = unitOf(scope);
    const view = (await this.tokenView(local, leaseId, now)) ?? (await leaseView(local, leaseId, now));
    if (view === undefined) throw badRequest('invalid lease');
    return view;
  }

  override list(scope: RequestScope, prefix: string): Promise<string[]> {
    return leaseNamesBelow(unitOf(scope).local, prefix);
  }

  override async renew(asking: AskingWithin, renewal: LeaseRenewal): Promise<RenewedLease> {
    const unit = unitOf(asking.scope);
    const token = await this.tokenAt(unit.local, renewal.leaseId, asking.now);
    const order = { ...renewal, asking };
    if (token !== undefined) return renewTokenLease(unit, this.needs.engines, token, order);
    return renewLease(unit, this.needs.engines, order);
  }

  override async revoke(asking: Asking, leaseId: string): Promise<void> {
    const token = await this.tokenAt(this.needs.store.local, leaseId, asking.now);
    if (token !== undefined) return this.revokeToken(token.id, asking.now);
    const [failure] = await this.revokeAll([leaseId], asking);
    if (failure !== undefined) throw badRequest(failure);
  }

  override async revokeLater(leaseId: string, now: number): Promise<void> {
    const token = await this.tokenAt(this.needs.store.local, leaseId, now);
    if (token !== undefined) return this.revokeToken(token.id, now);
    await this.makeDue([leaseId], now);
  }

  /** @param options `mount`: of the leases only those that this accessor has given, and those that name none. */
  override async revokePrefix(
    asking: Asking,
    prefix: string,
    { force = false, wait = true, mount }: PrefixOptions = {},
  ): Promise<void> {
    const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    await this.revokeTokensBelow(folder, asking.now);
    const failures: string[] = [];
    const isMeant = (giver: string): boolean => mount === undefined || giver === '' || giver === mount;
    for await (const ids of leaseIdsBelow(this.needs.store.local, folder, isMeant)) {
      if (wait) failures.push(...(await this.revokeAll(ids, asking, force)));
      else await this.makeDue(ids, asking.now);
    }
    if (force) await this.needs.intents.giveUp(folder);
    if (failures[0] !== undefined) throw badRequest(failures[0]);
  }

  override async count(kind: 'all' | 'irrevocable'): Promise<LeaseCount> {
    const figures = await this.needs.store.local.leaseFigures();
    const byMount: Record<string, number> = {};
    let total = 0;
    for (const { mount, ...of } of figures) {
      const count = kind === 'all' ? of.total : of.irrevocable;
      if (count === 0) continue;
      byMount[mount || 'unknown'] = count;
      total += count;
    }
    return { total, byMount };
  }

  override tidy(now: number): void {
    this.retryIrrevocable(now).catch((error: unknown) =>
      this.needs.logger.error('tidying leases failed', { reason: reasonOf(error) }),
    );
  }

  private async retryIrrevocable(now: number): Promise<void> {
    const rows = await this.needs.store.local.heads('lease', { column: 'expires_at', equals: NEVER_DUE });
    await this.makeDue(
      rows.map(({ id }) => id),
      now,
    );
    this.needs.sweep.wake();
  }

  /** What a lease of the caller's hangs on: the token, or the parent of a batch token, which itself is stored nowhere. */
  private async bearerOf(unit: UnitOfWork, caller: Caller): Promise<Bearer> {
    const token = await this.needs.tokens.entryOfCaller(unit, caller);
    if (token === undefined) throw new TidelockError('PERMISSION_DENIED');
    const isStored = token.type === 'service';
    return { tokenId: (isStored ? token.id : token.parent) ?? '', isStored, expiresAt: token.expiresAt ?? 0 };
  }

  /** The live token whose lease this is. */
  private async tokenAt(local: LocalReader, leaseId: string, now: number): Promise<TokenEntry | undefined> {
    const named = tokenOfLeaseId(leaseId);
    const entry = named && (await this.needs.tokens.findById(local, named.tokenId, now));
    return entry?.path === named?.path ? entry : undefined;
  }

  private async tokenView(local: LocalReader, leaseId: string, now: number): Promise<LeaseView | undefined> {
    const token = await this.tokenAt(local, leaseId, now);
    return (
      token && {
        leaseId,
        issuedAt: token.creationTime,
        expiresAt: token.expiresAt,
        lastRenewal: token.lastRenewalTime || null,
        renewable: token.renewable,
      }
    );
  }

  /** @returns what went wrong. */
  private async revokeAll(ids: readonly string[], asking: Asking, force = false): Promise<string[]> {
    const failures: string[] = [];
    for (const id of ids) {
      const reason = await this.needs.revoker.revoke(id, asking, force);
      if (reason !== undefined) failures.push(`failed to revoke "${id}": ${reason}`);
    }
    return failures;
  }

  private async revokeToken(tokenId: string, now: number): Promise<void> {
    await this.needs.store.transact((unit) => this.needs.tokens.revokeTree(unit, tokenId, now), OVERTAKEN);
  }

  /** Ends the tokens that were made below a path. */
  async revokeTokensBelow(folder: string, now: number): Promise<void> {
    const { local } = this.needs.store;
    const exact = folder === '' ? [] : await local.heads('token', { column: 'path', equals: folder.slice(0, -1) });
    for (const { id } of exact) await this.revokeToken(id, now);
    for (;;) {
      // Revoked ones are gone, so the first page is always new.
      const page = await local.heads('token', { column: 'path', prefix: folder, limit: PAGE });
      for (const { id } of page) await this.revokeToken(id, now);
      if (page.length < PAGE) return;
    }
  }

  private async makeDue(leaseIds: readonly string[], now: number): Promise<void> {
    await this.needs.store.transact(async ({ local }) => {
      for (const id of leaseIds) {
        const entry = await readLease(local, id);
        if (entry !== undefined && entry.expiresAt !== now) local.put('lease', leaseRow({ ...entry, expiresAt: now }));
      }
    }, OVERTAKEN);
  }
}

async function leaseView(local: LocalReader, leaseId: string, now: number): Promise<LeaseView | undefined> {
  const entry = await readLease(local, leaseId);
  // One whose secret could not be undone stays visible: somebody has to deal with it.
  if (entry === undefined || (!isLive(entry, now) && entry.failures === 0 && entry.endedAt === 0)) return undefined;
  const { issuedAt, expiresAt, endedAt, lastRenewal, renewable } = entry;
  return { leaseId, issuedAt, expiresAt: endedAt || expiresAt, lastRenewal: lastRenewal || null, renewable };
}
