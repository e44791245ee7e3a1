import {
  type AskingWithin,
  type AuthGrant,
  type Caller,
  type RenewedToken,
  type RequestScope,
  type Subject,
  type TokenFacts,
  type TokenOrigin,
  type TokenRenewal,
  TokenService,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import type { LeasedEngines } from '@tidelock/core/mounts';
import { unitOf } from '@tidelock/core/scope';
import type { Store } from '@tidelock/store';
import type { TokenEntry } from './token-entry';
import { deniedToken } from './token-order';
import { renewToken } from './token-renewal';
import type { TokenStore } from './token-store';

/** Whoever knows who stands behind a token. */
interface Subjects {
  subjectOf(token: Pick<TokenEntry, 'policies' | 'entityId'>): Promise<Subject>;
}

/** Rows read at a time when all tokens are gone through. */
const PAGE = 500;

/** The token store as engines see it. */
export class LocalTokenService extends TokenService {
  constructor(
    private readonly tokens: TokenStore,
    private readonly store: Pick<Store, 'local'>,
    private readonly engines: Pick<LeasedEngines, 'engineOf'>,
    /** Removes dead tokens: told to start now. */
    private readonly sweep: { wake(): void },
    private readonly subjects: Subjects,
  ) {
    super();
  }

  override async find(scope: RequestScope, clientToken: string, now: number): Promise<TokenFacts | undefined> {
    const entry = await this.tokens.find(unitOf(scope).local, clientToken, now);
    return entry && factsOf(entry);
  }

  override async ofCaller(scope: RequestScope, caller: Caller): Promise<TokenFacts> {
    const entry = this.tokens.entryAtHand(caller) ?? (await this.tokens.entryOfCaller(unitOf(scope), caller));
    if (entry === undefined) throw deniedToken();
    return factsOf(entry);
  }

  override async findByAccessor(scope: RequestScope, accessor: string, now: number): Promise<TokenFacts | undefined> {
    const entry = await this.tokens.findByAccessor(unitOf(scope).local, accessor, now);
    return entry && factsOf(entry);
  }

  override async accessors(_scope: RequestScope, now: number): Promise<string[]> {
    const found: string[] = [];
    let startAfter = '';
    for (;;) {
      const rows = await this.store.local.heads('token', { column: 'accessor', prefix: '', startAfter, limit: PAGE });
      found.push(...rows.filter(({ expires_at: end }) => end === null || end > now).map(({ accessor }) => accessor));
      if (rows.length < PAGE) return found;
      startAfter = rows[rows.length - 1]?.accessor ?? '';
    }
  }

  override create(scope: RequestScope, grant: AuthGrant, origin: TokenOrigin): Promise<RenewedToken> {
    return this.tokens.create(unitOf(scope), grant, origin);
  }

  override async renew(asking: AskingWithin, { token, ...renewal }: TokenRenewal): Promise<RenewedToken> {
    const unit = unitOf(asking.scope);
    const entry = token.type === 'service' ? await this.tokens.findById(unit.local, token.id, asking.now) : undefined;
    if (entry === undefined) throw badRequest('lease is not renewable');
    return renewToken(unit, this.engines, entry, { ...renewal, asking });
  }

  override revoke(scope: RequestScope, tokenId: string, now: number): Promise<void> {
    return this.tokens.revokeTree(unitOf(scope), tokenId, now);
  }

  override revokeOrphan(scope: RequestScope, tokenId: string, now: number): Promise<void> {
    return this.tokens.revokeOrphan(unitOf(scope), tokenId, now);
  }

  override tidy(): void {
    this.sweep.wake();
  }

  override async subjectOfToken(token: string, now: number): Promise<Subject> {
    const entry = await this.tokens.find(this.store.local, token, now);
    if (entry === undefined) throw deniedToken();
    return this.subjects.subjectOf(entry);
  }

  override async subjectOfAccessor(accessor: string, now: number): Promise<Subject> {
    const entry = await this.tokens.findByAccessor(this.store.local, accessor, now);
    if (entry === undefined) throw badRequest('invalid accessor');
    return this.subjects.subjectOf(entry);
  }
}

function factsOf(entry: TokenEntry): TokenFacts {
  const { parent, internal: _internal, maxTtlSeconds: _cap, numUses, ...facts } = entry;
  return { ...facts, numUses: Math.max(0, numUses), orphan: parent === null };
}
