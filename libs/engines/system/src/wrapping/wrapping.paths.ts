import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  StringField,
  WrappingService,
} from '@tidelock/engine-api';
import { badRequest, rfc3339 } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class TokenBody {
  @StringField() token?: string;
}

const OPEN = { unauthenticated: true, localOnly: true, takesToken: true } as const;

/** `sys/wrapping`: answers handed over by single-use tokens, which live on the cluster that made them. */
@EnginePart(SystemEngine)
export class WrappingPaths {
  constructor(private readonly wrapping: WrappingService) {}

  @OnPath('update', 'wrapping/wrap', {
    localOnly: true,
    bodyLimit: Infinity,
    help: 'Wraps whatever is sent; X-Vault-Wrap-TTL says for how long.',
  })
  async wrap({ raw, wrapTtlSeconds }: EngineRequest): Promise<EngineResponse> {
    if (!wrapTtlSeconds) throw badRequest('endpoint requires response wrapping to be used');
    return { data: raw };
  }

  @OnPath('update', 'wrapping/lookup', { ...OPEN, body: TokenBody, help: 'Tells what is known of a wrapping token.' })
  async lookup(request: EngineRequest<TokenBody>): Promise<EngineResponse> {
    return this.lookupOf(request, tokenIn(request));
  }

  @OnPath('read', 'wrapping/lookup', {
    ...OPEN,
    help: 'Tells what is known of the wrapping token that is the client token.',
  })
  async lookupOwn(request: EngineRequest): Promise<EngineResponse> {
    return this.lookupOf(request, request.clientToken ?? '');
  }

  @OnPath('update', 'wrapping/rewrap', {
    ...OPEN,
    body: TokenBody,
    help: 'Puts the wrapped answer under a new token; the old one is dead.',
  })
  async rewrap(request: EngineRequest<TokenBody>): Promise<EngineResponse> {
    return { wrapInfo: await this.wrapping.rewrap(request.scope, tokenIn(request), request.now) };
  }

  @OnPath('update', 'wrapping/unwrap', { ...OPEN, body: TokenBody, help: 'Hands over the wrapped answer, once.' })
  async unwrap(request: EngineRequest<TokenBody>): Promise<EngineResponse | undefined> {
    const envelopeText = await this.wrapping.unwrap(request.scope, tokenIn(request), request.now);
    return envelopeText === '' ? undefined : { envelopeText };
  }

  @OnPath('read', 'wrapping/pubkey', {
    unauthenticated: true,
    localOnly: true,
    help: 'Public half of the key that signs wrapping tokens in JWT form.',
  })
  async publicKey({ scope }: EngineRequest): Promise<EngineResponse> {
    const { x, y, curve } = await this.wrapping.publicKey(scope);
    return { data: { jwt_x: x, jwt_y: y, jwt_curve: curve } };
  }

  private async lookupOf({ scope, now }: EngineRequest<object>, token: string): Promise<EngineResponse> {
    const { creationPath, creationTime, creationTtlSeconds } = await this.wrapping.lookup(scope, token, now);
    return {
      data: { creation_path: creationPath, creation_time: rfc3339(creationTime), creation_ttl: creationTtlSeconds },
    };
  }
}

/** The token of the body, or else the client token itself. */
const tokenIn = ({ body, clientToken = '' }: EngineRequest<TokenBody>): string => body.token || clientToken;
