import { type RequestScope, type WrapInfo, type WrappedFacts, WrappingService } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import {
  bareToken,
  type IssuedToken,
  tokenDataPrefix,
  type TokenEntry,
  type TokenStore,
  WRAPPING_POLICY,
} from '@tidelock/core/tokens';
import { badRequest, rfc3339, TidelockError } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { plainToken, publicPoint, signWrappingToken, wrappingKey } from './wrapping-jwt';

/** An answer to wrap. */
export interface WrapOrder {
  /** The whole envelope as JSON text; `""` for an answer without a body. */
  readonly envelopeText: string;
  readonly ttlSeconds: number;
  /** Path of the request that is answered. */
  readonly creationPath: string;
  readonly format?: 'jwt';
  /** What a JWT says besides; no secret. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Accessor of the token inside, where the answer is a login's. */
  readonly wrappedAccessor?: string;
  readonly now: number;
}

/** How the order is kept: everything that a rewrap needs besides the content. */
interface StoredOrder {
  readonly creation_path: string;
  readonly wrapped_accessor?: string;
  readonly format?: 'jwt';
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * Answers handed over by single-use tokens (response wrapping). Token and content are this cluster's own, in one unit
 * of work; of two who unwrap at the same time, the second is told that the token does not exist.
 */
export class Wrapping extends WrappingService {
  /** @param address where this cluster's API is reached, for those who get a token in JWT form; `""` = not configured. */
  constructor(
    private readonly tokens: TokenStore,
    private readonly address: string,
  ) {
    super();
  }

  async wrap(unit: UnitOfWork, order: WrapOrder): Promise<WrapInfo> {
    const issued = await this.tokens.issue(unit, tokenFor(order));
    const prefix = tokenDataPrefix(issued.entry.id);
    unit.local.put('record', { key: `${prefix}envelope`, value: Buffer.from(order.envelopeText, 'utf8') });
    unit.local.put('record', { key: `${prefix}order`, value: Buffer.from(JSON.stringify(storedOrder(order)), 'utf8') });
    return {
      token: order.format === 'jwt' ? await this.asJwt(unit, issued, order) : issued.clientToken,
      accessor: issued.entry.accessor,
      ttl: order.ttlSeconds,
      creation_time: rfc3339(order.now),
      creation_path: order.creationPath,
      ...(order.wrappedAccessor !== undefined && { wrapped_accessor: order.wrappedAccessor }),
    };
  }

  override async lookup(scope: RequestScope, token: string, now: number): Promise<WrappedFacts> {
    const unit = unitOf(scope);
    const entry = await this.entryOf(unit, token, now);
    const order = await this.orderOf(unit, entry);
    return {
      creationPath: order.creation_path,
      creationTime: entry.creationTime,
      creationTtlSeconds: entry.ttlSeconds,
    };
  }

  override async unwrap(scope: RequestScope, token: string, now: number): Promise<string> {
    const unit = unitOf(scope);
    const entry = await this.entryOf(unit, token, now);
    const envelopeText = (await this.contentOf(unit, entry, 'envelope')).toString('utf8');
    await this.tokens.revokeTree(unit, entry.id, now);
    return envelopeText;
  }

  override async rewrap(scope: RequestScope, token: string, now: number): Promise<WrapInfo> {
    const unit = unitOf(scope);
    const entry = await this.entryOf(unit, token, now);
    const order = await this.orderOf(unit, entry);
    const envelopeText = await this.unwrap(scope, token, now);
    return this.wrap(unit, {
      envelopeText,
      now,
      ttlSeconds: entry.ttlSeconds,
      creationPath: order.creation_path,
      ...(order.format && { format: order.format }),
      ...(order.claims && { claims: order.claims }),
      ...(order.wrapped_accessor && { wrappedAccessor: order.wrapped_accessor }),
    });
  }

  override async publicKey(scope: RequestScope): Promise<{ x: string; y: string; curve: string }> {
    return publicPoint(await wrappingKey(unitOf(scope)));
  }

  private async asJwt(
    unit: UnitOfWork,
    { clientToken, entry }: IssuedToken,
    { now, ttlSeconds, claims: more }: WrapOrder,
  ): Promise<string> {
    const { accessor } = entry;
    const claims = { token: clientToken, accessor, address: this.address, issuedAt: now, ttlSeconds };
    return signWrappingToken(await wrappingKey(unit), claims, more);
  }

  private async entryOf(unit: UnitOfWork, presented: string, now: number): Promise<TokenEntry> {
    if (presented === '')
      throw new TidelockError('PERMISSION_DENIED', 'error validating wrapping token: token is empty');
    const token = await plainToken(unit.replicated, presented);
    const entry = token === undefined ? undefined : await this.tokens.find(unit.local, token, now);
    if (entry === undefined || entry.policies[0] !== WRAPPING_POLICY) throw gone();
    return entry;
  }

  private async orderOf(unit: UnitOfWork, entry: TokenEntry): Promise<StoredOrder> {
    return JSON.parse((await this.contentOf(unit, entry, 'order')).toString('utf8')) as StoredOrder;
  }

  private async contentOf(unit: UnitOfWork, entry: TokenEntry, name: 'envelope' | 'order'): Promise<Buffer> {
    const row = await unit.local.row('record', tokenDataPrefix(entry.id) + name);
    if (row === undefined) throw gone();
    return row.value;
  }
}

const gone = (): TidelockError => badRequest('wrapping token is not valid or does not exist');

const storedOrder = ({ creationPath, wrappedAccessor, format, claims }: WrapOrder): StoredOrder => ({
  creation_path: creationPath,
  ...(wrappedAccessor !== undefined && { wrapped_accessor: wrappedAccessor }),
  ...(format && { format }),
  ...(claims && { claims }),
});

const tokenFor = ({ ttlSeconds, creationPath, now }: WrapOrder) =>
  bareToken({
    path: creationPath,
    policies: [WRAPPING_POLICY],
    expiresAt: now + ttlSeconds * 1000,
    creationTime: now,
    numUses: 1,
    ttlSeconds,
    explicitMaxTtlSeconds: ttlSeconds,
  });
