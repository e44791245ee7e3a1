import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  param,
  shortName,
  type StorageView,
  writeJson,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { RoleBody } from './bodies';
import { TokenEngine } from './token-engine';
import { changedRole, readRole, roleData, ROLES } from './token-role';

/** `auth/token/roles/*`: the one thing of this method that is replicated. */
@EnginePart(TokenEngine)
export class TokenRolePaths {
  @OnPath('list', 'roles', { help: 'Lists the token roles.' })
  async list(_request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const keys = await storage.list(ROLES);
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  @OnPath('read', 'roles/:name', { help: 'Shows a token role.' })
  async read(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const name = param(request, 'name');
    const role = await readRole(storage, name);
    if (role === undefined) throw notFound();
    return { data: roleData(name, role) };
  }

  @OnPath('update', 'roles/:name', {
    body: RoleBody,
    exists: 'exists',
    help: 'Writes a token role; what is not sent stays.',
  })
  async write(request: EngineRequest<RoleBody>, storage: StorageView): Promise<undefined> {
    const name = shortName(param(request, 'name'), 'role name');
    await writeJson(storage, ROLES + name, changedRole(await readRole(storage, name), request.body, request.raw));
  }

  @OnPath('delete', 'roles/:name', { help: 'Deletes a token role; its tokens live on.' })
  async delete(request: EngineRequest, storage: StorageView): Promise<undefined> {
    await storage.delete(ROLES + param(request, 'name'));
  }

  async exists(request: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await readRole(storage, param(request, 'name'))) !== undefined;
  }
}
