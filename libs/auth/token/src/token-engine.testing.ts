import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import {
  type AuthGrant,
  type Caller,
  convertBody,
  type EngineResponse,
  type PolicyService,
  type RenewContext,
  type Subject,
} from '@tidelock/engine-api';
import { engineRequest, MemoryStorage, mountView } from '@tidelock/engine-testing';
import { scopeOf } from '@tidelock/core/scope';
import { LocalTokenService, TokenStore } from '@tidelock/core/tokens';
import { silentLogger } from '@tidelock/kernel';
import { openStore, type Store } from '@tidelock/store';
import { CreateBody, RoleBody, TokenBody } from './bodies';
import { TokenEngine } from './token-engine';
import { TokenLifePaths } from './token-life.paths';
import { TokenRolePaths } from './token-role.paths';

export const NOW = 1_700_000_000_000;
export const HOUR = 3600;
const HERE = { remoteAddress: '127.0.0.1', remotePort: 4000 };
const mount = mountView('token', { path: 'auth/token/' });

const POLICIES = {
  hasSudo: async ({ policies }: Subject) => policies.includes('root') || policies.includes('sudoer'),
} as unknown as PolicyService;

export type TokenMount = Awaited<ReturnType<typeof tokenMount>>;

/** The paths of auth/token over a store in memory, with a root token. */
export async function tokenMount() {
  const rootKey = randomBytes(32);
  const barrier = new Barrier();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
  const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  const tokens = new TokenStore(store, barrier, () => []);
  const storage = new MemoryStorage();
  let woken = 0;
  /** What the method that made a token was handed when it was renewed. */
  const asked: RenewContext[] = [];
  const instance = { renewAuth: async (grant: AuthGrant, at: RenewContext) => (asked.push(at), grant) };
  const open = { use: <T>(work: (state: unknown) => Promise<T>) => work(undefined) };
  const engines = { engineOf: () => ({ instance, mount, open, level: 'all' as const, storage }) };
  const subjects = { subjectOf: async ({ policies }: Subject) => ({ policies: [...policies, 'of-entity'] }) };
  const service = new LocalTokenService(tokens, store, engines, { wake: () => void woken++ }, subjects);
  const engine = new TokenEngine(service, POLICIES);
  const life = new TokenLifePaths(service);
  const roles = new TokenRolePaths();
  const unit = store.begin();
  await tokens.createRoot(unit, NOW, 'root');
  await unit.commit();
  const callerFor = async (clientToken: string, now = NOW): Promise<Caller> =>
    (await tokens.authenticate(clientToken, HERE, now))!;
  const root = await callerFor('root');
  const call = callsOf(store, storage);
  const paths = { engine, life, roles, call, callerFor, root };
  return { store, tokens, service, asked, wakeUps: () => woken, ...paths, ...requestsOf(paths) };
}

/** As the pipeline does it: converts the body, runs the handler in a unit of work, commits. */
const callsOf =
  (store: Store, storage: MemoryStorage) =>
  async <B extends object>(
    handler: (request: never, storage: MemoryStorage) => Promise<EngineResponse | undefined>,
    [bodyClass, raw]: [new () => B, Record<string, unknown>],
    caller: Caller,
    at: { path?: string; params?: Record<string, string>; now?: number } = {},
  ): Promise<EngineResponse | undefined> => {
    const unit = store.begin();
    const { body } = convertBody(bodyClass, raw);
    const request = engineRequest({
      body,
      raw,
      mount,
      caller,
      scope: scopeOf(unit),
      path: at.path ?? '',
      params: at.params ?? {},
      now: at.now ?? NOW,
    });
    const response = await handler(request as never, storage);
    if (!unit.isEmpty) await unit.commit();
    return response;
  };

/** What clients ask for. */
function requestsOf({
  engine,
  life,
  roles,
  call,
  callerFor,
  root,
}: {
  readonly engine: TokenEngine;
  readonly life: TokenLifePaths;
  readonly roles: TokenRolePaths;
  readonly call: ReturnType<typeof callsOf>;
  readonly callerFor: (clientToken: string) => Promise<Caller>;
  readonly root: Caller;
}) {
  const create = (raw: Record<string, unknown> = {}, caller = root) =>
    call((request) => engine.create(request), [CreateBody, raw], caller, { path: 'create' }).then(
      (response) => response!.auth!,
    );
  const createWithRole = (role: string, raw: Record<string, unknown> = {}, caller = root) =>
    call((request, at) => engine.createWithRole(request, at), [CreateBody, raw], caller, {
      path: `create/${role}`,
      params: { role },
    }).then((response) => response!.auth!);
  const createOrphan = (raw: Record<string, unknown>, caller: Caller) =>
    call((request) => engine.createOrphan(request), [CreateBody, raw], caller, { path: 'create-orphan' }).then(
      (response) => response!.auth!,
    );
  const childOf = async (raw: Record<string, unknown>): Promise<Caller> => callerFor((await create(raw)).client_token);
  const lookup = (token: string, caller = root) =>
    call((request) => life.lookup(request), [TokenBody, { token }], caller).then((response) => response!.data!);
  const writeRole = (name: string, raw: Record<string, unknown>) =>
    call((request, at) => roles.write(request, at), [RoleBody, raw], root, { params: { name } });
  return { create, createWithRole, createOrphan, childOf, lookup, writeRole };
}
