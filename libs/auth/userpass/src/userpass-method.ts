import {
  type AuthGrant,
  Engine,
  type EngineLifecycle,
  type EngineRequest,
  type EngineResponse,
  grantOf,
  type LoginAttempt,
  loginDisplayName,
  type MountContext,
  type MountLockout,
  NO_TOKEN_PARAMETERS,
  oldNamesAfter,
  OnPath,
  param,
  readJson,
  type RenewContext,
  renewedGrant,
  shortName,
  type StorageView,
  type TokenParameters,
  tokenParametersOf,
  underOldNames,
  UserLockoutService,
  type WithOldNames,
  withTokenParameters,
  writeJson,
} from '@tidelock/engine-api';
import { badRequest, isWithinCidrs, notFound, TidelockError } from '@tidelock/kernel';
import { PasswordBody, PoliciesBody, UserBody } from './bodies';
import { FairLine } from './fair-line';
import { randomBytes } from 'node:crypto';
import { compare, hash } from 'bcrypt';

const COST = 10;
/** bcrypt reads no further: two longer passwords would be the same one. */
const LONGEST_BYTES = 72;

/** @throws {TidelockError} INVALID_REQUEST for a password that bcrypt would cut off. */
async function hashPassword(password: string): Promise<string> {
  if (Buffer.byteLength(password) > LONGEST_BYTES) throw badRequest('bcrypt: password length exceeds 72 bytes');
  return hash(password, COST);
}

let decoy: Promise<string> | undefined;

/** Compares in the time of one bcrypt run, whether there is a user (`stored`) or not. */
async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hash(randomBytes(16).toString('hex'), COST);
  const isRight = await compare(password, stored ?? (await decoy));
  return isRight && stored !== undefined && Buffer.byteLength(password) <= LONGEST_BYTES;
}

interface User extends TokenParameters, WithOldNames {
  /** bcrypt. */
  readonly password_hash: string;
}

type LoginRequest = EngineRequest<PasswordBody, MountLockout>;

const USERS = 'user/';

/** Two of libuv's four threads, so that two are left for files; those who wait have their turn within seconds. */
const BCRYPT = { atOnce: 2, mostWaiting: 128 };

/** Logins with user name and password (Vault API "Userpass auth method"). User names are lower-case. */
@Engine({ kind: 'auth', type: 'userpass', help: 'Logs users in by name and password.' })
export class UserpassMethod implements EngineLifecycle<MountLockout> {
  /** What the machine has for bcrypt is divided over all mounts. */
  private readonly line = new FairLine(BCRYPT);

  constructor(private readonly lockout: UserLockoutService) {}

  open(at: MountContext): MountLockout {
    return this.lockout.open(at);
  }

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
    return { data: { ...tokenParametersOf(user), ...underOldNames(UserBody, user) } };
  }

  @OnPath('update', 'users/:username', {
    help: 'Creates or changes a user.',
    body: UserBody,
    exists: 'exists',
    forwarded: true,
  })
  async write(request: EngineRequest<UserBody>, storage: StorageView): Promise<undefined> {
    const { body } = request;
    const user = await userOf(storage, nameOf(request));
    if (user === undefined && !body.password) throw badRequest('missing password');
    const parameters = withTokenParameters(user ?? NO_TOKEN_PARAMETERS, body);
    const password_hash = body.password ? await this.hash(request, body.password) : (user as User).password_hash;
    await putUser(storage, nameOf(request), {
      ...parameters,
      password_hash,
      old_names: oldNamesAfter(UserBody, request.raw, user),
    });
  }

  @OnPath('delete', 'users/:username', { help: 'Deletes a user.' })
  async delete(request: EngineRequest, storage: StorageView): Promise<undefined> {
    await storage.delete(USERS + nameOf(request));
  }

  @OnPath('update', 'users/:username/password', {
    help: "Changes a user's password.",
    body: PasswordBody,
    forwarded: true,
  })
  async changePassword(request: EngineRequest<PasswordBody>, storage: StorageView): Promise<undefined> {
    const user = await existingUser(storage, nameOf(request));
    await putUser(storage, nameOf(request), {
      ...user,
      password_hash: await this.hash(request, request.body.password),
    });
  }

  @OnPath('update', 'users/:username/policies', {
    help: "Changes the policies of a user's tokens.",
    body: PoliciesBody,
    forwarded: true,
  })
  async changePolicies(request: EngineRequest<PoliciesBody>, storage: StorageView): Promise<undefined> {
    const user = await existingUser(storage, nameOf(request));
    const parameters = withTokenParameters(user, { token_policies: request.body.token_policies ?? [] });
    await putUser(storage, nameOf(request), {
      ...user,
      ...parameters,
      old_names: oldNamesAfter(PoliciesBody, request.raw, user),
    });
  }

  @OnPath('update', 'login/:username', { help: 'Logs a user in.', body: PasswordBody, login: true })
  async login(request: LoginRequest, storage: StorageView): Promise<EngineResponse> {
    const { remoteAddress } = request.connection;
    const alias = nameOf(request);
    // Before the line, too: a locked name costs nothing.
    request.state.refuseLocked(alias);
    const login = { alias, requestId: request.id, remoteAddress };
    const user = await this.line.run(remoteAddress, () => userLoggingIn(request, login, storage));
    if (user === undefined) throw badRequest('invalid username or password');
    return { grant: loginGrant(request, alias, user) };
  }

  async exists(request: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await storage.get(USERS + nameOf(request))) !== undefined;
  }

  /** The user must still be there, with the same policies. */
  async renewAuth(grant: AuthGrant, { storage }: RenewContext<MountLockout>): Promise<AuthGrant> {
    const user = await userOf(storage, String(grant.internal?.['username']));
    if (user === undefined) throw badRequest('user no longer exists, not renewing');
    return renewedGrant(grant, user);
  }

  private hash({ connection }: Pick<EngineRequest, 'connection'>, password: string): Promise<string> {
    return this.line.run(connection.remoteAddress, () => hashPassword(password));
  }
}

/** One attempt. @returns the user, if there is one with this password. */
async function userLoggingIn(
  { state, body }: LoginRequest,
  login: LoginAttempt,
  storage: StorageView,
): Promise<User | undefined> {
  const user = await userOf(storage, login.alias);
  const isRight = await state.attempt(login, async () => {
    if (!(await isPassword(body.password, user?.password_hash)) || user === undefined) return false;
    if (!isWithinCidrs(login.remoteAddress, user.token_bound_cidrs)) throw new TidelockError('PERMISSION_DENIED');
    return true;
  });
  return isRight ? user : undefined;
}

function loginGrant({ mount }: LoginRequest, username: string, user: User): AuthGrant {
  return {
    ...grantOf(user),
    displayName: loginDisplayName(mount, username),
    metadata: { username },
    renewable: true,
    alias: { name: username },
    internal: { username },
  };
}

const nameOf = (request: Pick<EngineRequest, 'params'>): string =>
  shortName(param(request, 'username').toLowerCase(), 'username');

const userOf = (storage: StorageView, name: string): Promise<User | undefined> => readJson<User>(storage, USERS + name);

async function existingUser(storage: StorageView, name: string): Promise<User> {
  const user = await userOf(storage, name);
  if (user === undefined) throw badRequest('username does not exist');
  return user;
}

const putUser = (storage: StorageView, name: string, user: User): Promise<void> =>
  writeJson(storage, USERS + name, user);
