import { Injectable } from '@nestjs/common';
import {
  type AuthGrant, Engine, type EngineRequest, type EngineResponse, grantOf, loginDisplayName, NO_TOKEN_PARAMETERS, OnPath, param,
  readJson, renewedGrant, type StorageView, type TokenParameters, tokenParametersOf, withTokenParameters, writeJson,
} from '@tidelock/engine-api';
import { badRequest, isWithinCidrs, notFound, TidelockError } from '@tidelock/kernel';
import { PasswordBody, PoliciesBody, UserBody } from './bodies';
import { Lockout } from './lockout';
import { hashPassword, isPassword } from './passwords';

interface User extends TokenParameters {
  /** bcrypt. */
  readonly password_hash: string;
}

const USERS = 'user/';

/** Logins with user name and password (Vault API "Userpass auth method"). User names are lower-case. */
@Injectable()
@Engine({ kind: 'auth', type: 'userpass', help: 'Logs users in by name and password.' })
export class UserpassMethod {
  private readonly lockout = new Lockout();

  @OnPath('list', 'users', { help: 'Lists the users.' })
  async list(_request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const keys = await storage.list(USERS);
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  @OnPath('read', 'users/:username', { help: 'Reads a user, without the password.' })
  async read(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const user = await userOf(storage, nameOf(request));
    if (user === undefined) throw notFound();
    return { data: { ...tokenParametersOf(user) } };
  }

  @OnPath('update', 'users/:username', { help: 'Creates or changes a user.', body: UserBody, exists: 'exists', forwarded: true })
  async write(request: EngineRequest<UserBody>, storage: StorageView): Promise<undefined> {
    const { body } = request;
    const user = await userOf(storage, nameOf(request));
    if (user === undefined && !body.password) throw badRequest('missing password');
    const parameters = withTokenParameters(user ?? NO_TOKEN_PARAMETERS, body);
    const password_hash = body.password ? await hashPassword(body.password) : (user as User).password_hash;
    await putUser(storage, nameOf(request), { ...parameters, password_hash });
  }

  @OnPath('delete', 'users/:username', { help: 'Deletes a user.' })
  async delete(request: EngineRequest, storage: StorageView): Promise<undefined> {
    await storage.delete(USERS + nameOf(request));
  }

  @OnPath('update', 'users/:username/password', { help: 'Changes a user\'s password.', body: PasswordBody, forwarded: true })
  async changePassword(request: EngineRequest<PasswordBody>, storage: StorageView): Promise<undefined> {
    const user = await existingUser(storage, nameOf(request));
    await putUser(storage, nameOf(request), { ...user, password_hash: await hashPassword(request.body.password) });
  }

  @OnPath('update', 'users/:username/policies', { help: 'Changes the policies of a user\'s tokens.', body: PoliciesBody, forwarded: true })
  async changePolicies(request: EngineRequest<PoliciesBody>, storage: StorageView): Promise<undefined> {
    const user = await existingUser(storage, nameOf(request));
    const parameters = withTokenParameters(user, { token_policies: request.body.token_policies ?? [] });
    await putUser(storage, nameOf(request), { ...user, ...parameters });
  }

  @OnPath('update', 'login/:username', { help: 'Logs a user in.', body: PasswordBody, login: true })
  async login(request: EngineRequest<PasswordBody>, storage: StorageView): Promise<EngineResponse> {
    const { mount, now, body, connection } = request;
    const username = nameOf(request);
    const attempt = { name: `${mount.accessor}/${username}`, config: mount.userLockout, now };
    this.lockout.check(attempt);
    const user = await userOf(storage, username);
    if (!(await isPassword(body.password, user?.password_hash)) || user === undefined) {
      this.lockout.failed(attempt);
      throw badRequest('invalid username or password');
    }
    if (!isWithinCidrs(connection.remoteAddress, user.token_bound_cidrs)) throw new TidelockError('PERMISSION_DENIED');
    this.lockout.succeeded(attempt);
    return { grant: loginGrant(request, username, user) };
  }

  async exists(request: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await storage.get(USERS + nameOf(request))) !== undefined;
  }

  /** The user must still be there, with the same policies. */
  async renewAuth(grant: AuthGrant, storage: StorageView): Promise<AuthGrant> {
    const user = await userOf(storage, String(grant.internal?.['username']));
    if (user === undefined) throw badRequest('user no longer exists, not renewing');
    return renewedGrant(grant, user);
  }
}

function loginGrant({ mount }: EngineRequest<PasswordBody>, username: string, user: User): AuthGrant {
  return {
    ...grantOf(user),
    displayName: loginDisplayName(mount, username),
    metadata: { username },
    renewable: true,
    alias: { name: username },
    internal: { username },
  };
}

const nameOf = (request: Pick<EngineRequest, 'params'>): string => param(request, 'username').toLowerCase();

const userOf = (storage: StorageView, name: string): Promise<User | undefined> => readJson<User>(storage, USERS + name);

async function existingUser(storage: StorageView, name: string): Promise<User> {
  const user = await userOf(storage, name);
  if (user === undefined) throw badRequest('username does not exist');
  return user;
}

const putUser = (storage: StorageView, name: string, user: User): Promise<void> => writeJson(storage, USERS + name, user);
