import {
  Engine,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  param,
  PolicyService,
  type StorageView,
  TokenService,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { CreateBody } from './bodies';
import { callerOf } from './callers';
import { childToken } from './child-token';
import { readRole, type TokenRole } from './token-role';

const TIDY_STARTED =
  "Tidy operation successfully started. Any information from the operation will be printed to Vault's server logs.";

/** How a path makes tokens. */
interface CreationRules {
  readonly orphanPath: boolean;
  readonly roleName?: string;
  readonly role?: TokenRole;
}

/**
 * Makes tokens of tokens (Vault API "Token auth method"). They are this cluster's own: everything here but the roles is
 * served, and stored, where it is asked.
 */
@Engine({ kind: 'auth', type: 'token', singleton: true, help: 'Makes, shows, renews and revokes tokens.' })
export class TokenEngine {
  constructor(
    private readonly tokens: TokenService,
    private readonly policies: PolicyService,
  ) {}

  @OnPath('update', 'create', { body: CreateBody, help: "Makes a token, a child of the caller's.", localOnly: true })
  create(request: EngineRequest<CreateBody>): Promise<EngineResponse> {
    return this.make(request, { orphanPath: false });
  }

  @OnPath('update', 'create-orphan', {
    body: CreateBody,
    sudo: true,
    help: 'Makes a token without a parent.',
    localOnly: true,
  })
  createOrphan(request: EngineRequest<CreateBody>): Promise<EngineResponse> {
    return this.make(request, { orphanPath: true });
  }

  @OnPath('update', 'create/:role', {
    body: CreateBody,
    help: 'Makes a token by the rules of a role.',
    localOnly: true,
  })
  async createWithRole(request: EngineRequest<CreateBody>, storage: StorageView): Promise<EngineResponse> {
    const roleName = param(request, 'role');
    const role = await readRole(storage, roleName);
    if (role === undefined) throw badRequest(`unknown role ${roleName}`);
    return this.make(request, { orphanPath: false, roleName, role });
  }

  @OnPath('list', 'accessors', { sudo: true, help: 'Lists the accessors of all tokens.', localOnly: true })
  async listAccessors({ scope, now }: EngineRequest): Promise<EngineResponse> {
    return { data: { keys: await this.tokens.accessors(scope, now) } };
  }

  @OnPath('update', 'tidy', { help: 'Removes what dead tokens left behind.', localOnly: true })
  async tidy(): Promise<EngineResponse> {
    this.tokens.tidy();
    return { status: 202, warnings: [TIDY_STARTED] };
  }

  private async make(
    request: EngineRequest<CreateBody>,
    { orphanPath, roleName, role }: CreationRules,
  ): Promise<EngineResponse> {
    const { body, mount, now, scope, subject } = request;
    const parent = callerOf(request);
    const path = `${mount.path}${request.path}`;
    const sudo = parent.isRoot || (subject !== undefined && (await this.policies.hasSudo(subject, path)));
    const parentFacts = await this.tokens.ofCaller(scope, parent);
    const { grant, orphan } = childToken({ body, parent, parentFacts, sudo, orphanPath, ...(role && { role }) });
    return this.tokens.create(scope, grant, {
      path: role?.path_suffix ? `${path}/${role.path_suffix}` : path,
      mount,
      now,
      ...(roleName !== undefined && { role: roleName }),
      ...(!orphan && { parentId: parent.tokenId, entityId: parent.entityId }),
      ...(body.id && { clientToken: body.id }),
    });
  }
}
