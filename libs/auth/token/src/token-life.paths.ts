import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  type TokenFacts,
  TokenService,
} from '@tidelock/engine-api';
import { badRequest, rfc3339, TidelockError } from '@tidelock/kernel';
import { AccessorBody, RenewAccessorBody, RenewBody, RenewSelfBody, RevokeBody, TokenBody } from './bodies';
import { callerOf } from './callers';
import { TokenEngine } from './token-engine';

/** `auth/token/{lookup,renew,revoke}*`. */
@EnginePart(TokenEngine)
export class TokenLifePaths {
  constructor(private readonly tokens: TokenService) {}

  @OnPath(['read', 'update'], 'lookup', { body: TokenBody, help: 'Shows a token.', localOnly: true })
  async lookup(request: EngineRequest<TokenBody>): Promise<EngineResponse> {
    const { token = '' } = request.body;
    if (token === '' || token === callerOf(request).clientToken) return this.lookupSelf(request);
    return { data: tokenData(await this.found(request, token), token, request.now) };
  }

  @OnPath(['read', 'update'], 'lookup-self', { help: 'Shows the calling token.', localOnly: true })
  async lookupSelf(request: Pick<EngineRequest, 'caller' | 'scope' | 'now'>): Promise<EngineResponse> {
    const caller = callerOf(request);
    return { data: tokenData(await this.tokens.ofCaller(request.scope, caller), caller.clientToken, request.now) };
  }

  @OnPath('update', 'lookup-accessor', { body: AccessorBody, help: 'Shows a token by its accessor.', localOnly: true })
  async lookupAccessor(request: EngineRequest<AccessorBody>): Promise<EngineResponse> {
    return { data: tokenData(await this.foundByAccessor(request), '', request.now) };
  }

  @OnPath('update', 'renew', { body: RenewBody, help: "Extends a token's life.", localOnly: true })
  async renew(request: EngineRequest<RenewBody>): Promise<EngineResponse> {
    const { token, increment } = request.body;
    const found = await this.found(request, token);
    return this.tokens.renew(request, { token: found, clientToken: token, incrementSeconds: increment });
  }

  @OnPath('update', 'renew-self', { body: RenewSelfBody, help: "Extends the calling token's life.", localOnly: true })
  async renewSelf(request: EngineRequest<RenewSelfBody>): Promise<EngineResponse> {
    const { clientToken } = callerOf(request);
    const token = await this.tokens.ofCaller(request.scope, callerOf(request));
    return this.tokens.renew(request, { token, clientToken, incrementSeconds: request.body.increment });
  }

  @OnPath('update', 'renew-accessor', {
    body: RenewAccessorBody,
    help: "Extends a token's life, by its accessor.",
    localOnly: true,
  })
  async renewAccessor(request: EngineRequest<RenewAccessorBody>): Promise<EngineResponse> {
    const token = await this.foundByAccessor(request);
    return this.tokens.renew(request, { token, clientToken: '', incrementSeconds: request.body.increment });
  }

  @OnPath('update', 'revoke', { body: RevokeBody, help: 'Ends a token and its children.', localOnly: true })
  async revoke({ body, scope, now }: EngineRequest<RevokeBody>): Promise<undefined> {
    await this.end(await this.tokens.find(scope, body.token, now), (id) => this.tokens.revoke(scope, id, now));
  }

  @OnPath('update', 'revoke-self', { help: 'Ends the calling token and its children.', localOnly: true })
  async revokeSelf(request: EngineRequest): Promise<undefined> {
    const { scope, now } = request;
    const { type, tokenId } = callerOf(request);
    if (type === 'batch') throw badRequest('batch tokens cannot be revoked');
    await this.tokens.revoke(scope, tokenId, now);
  }

  @OnPath('update', 'revoke-orphan', {
    body: RevokeBody,
    sudo: true,
    help: 'Ends a token; its children live on as orphans.',
    localOnly: true,
  })
  async revokeOrphan({ body, scope, now }: EngineRequest<RevokeBody>): Promise<undefined> {
    await this.end(await this.tokens.find(scope, body.token, now), (id) => this.tokens.revokeOrphan(scope, id, now));
  }

  @OnPath('update', 'revoke-accessor', {
    body: AccessorBody,
    help: 'Ends a token and its children, by its accessor.',
    localOnly: true,
  })
  async revokeAccessor({ body, scope, now }: EngineRequest<AccessorBody>): Promise<EngineResponse | undefined> {
    const token = await this.tokens.findByAccessor(scope, body.accessor, now);
    if (token === undefined) return { status: 200, warnings: ['No token found with this accessor'] };
    await this.tokens.revoke(scope, token.id, now);
    return undefined;
  }

  private async end(token: TokenFacts | undefined, revoke: (tokenId: string) => Promise<void>): Promise<void> {
    if (token?.type === 'batch') throw badRequest('batch tokens cannot be revoked');
    if (token !== undefined) await revoke(token.id);
  }

  private async found({ scope, now }: Pick<EngineRequest, 'scope' | 'now'>, clientToken: string): Promise<TokenFacts> {
    const token = await this.tokens.find(scope, clientToken, now);
    if (token === undefined) throw new TidelockError('PERMISSION_DENIED', 'bad token');
    return token;
  }

  private async foundByAccessor({ body, scope, now }: EngineRequest<AccessorBody>): Promise<TokenFacts> {
    const token = await this.tokens.findByAccessor(scope, body.accessor, now);
    if (token === undefined) throw badRequest('invalid accessor');
    return token;
  }
}

const unix = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** What a look-up shows of a token. @param id the token itself, `""` when it was found by its accessor. */
function tokenData(token: TokenFacts, id: string, now: number): Record<string, unknown> {
  const { expiresAt, lastRenewalTime: renewedAt } = token;
  return {
    accessor: token.accessor,
    creation_time: unix(token.creationTime),
    creation_ttl: token.ttlSeconds,
    display_name: token.displayName,
    entity_id: token.entityId,
    expire_time: expiresAt === null ? null : rfc3339(expiresAt),
    explicit_max_ttl: token.explicitMaxTtlSeconds,
    id,
    ...(expiresAt !== null && { issue_time: rfc3339(token.creationTime) }),
    ...(renewedAt > 0 && { last_renewal: rfc3339(renewedAt), last_renewal_time: unix(renewedAt) }),
    meta: token.meta,
    num_uses: token.numUses,
    orphan: token.orphan,
    path: token.path,
    policies: token.policies,
    renewable: token.renewable,
    ttl: expiresAt === null ? 0 : Math.max(0, Math.floor((expiresAt - now) / 1000)),
    type: token.type,
    ...(token.role !== '' && { role: token.role }),
    ...(token.periodSeconds > 0 && { period: token.periodSeconds }),
    ...(token.boundCidrs.length > 0 && { bound_cidrs: token.boundCidrs }),
  };
}
