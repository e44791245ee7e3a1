import { TestRuntime } from '@tidelock/core/runtime/testing';
import { Attempts } from '@tidelock/core/outside';
import { type ChangePolicy, scopeOf } from '@tidelock/core/scope';
import {
  Engine,
  type EngineInstance,
  type EngineRequest,
  type EngineResponse,
  EnginePart,
  IntField,
  type MountContext,
  type MountOrder,
  OnPath,
  type RequestScope,
  StringField,
} from '@tidelock/engine-api';
import { isTidelockError, silentLogger, systemClock } from '@tidelock/kernel';
import { ensureBuiltIns, EngineRegistry, MountAdmin, MountTable, RequestRouter } from '.';
import { mountKey } from './records/mount-records';
import { MemoryStore } from './memory-store.testing';

class WriteBody {
  @StringField({ required: 'missing data', description: 'What to store.' }) data!: string;
  @IntField() cas?: number;
}

@Engine({ kind: 'secret', type: 'system', singleton: true, help: 'The system.' })
class SystemEngine {
  @OnPath('read', 'health', { help: 'Health.', unauthenticated: true, whileSealed: true })
  async health(): Promise<EngineResponse> {
    return { data: {} };
  }
}

@Engine({ kind: 'secret', type: 'identity', singleton: true, help: 'Identities.' })
class IdentityEngine {}

@Engine({ kind: 'secret', type: 'cubbyhole', singleton: true, help: 'Cubbyholes.' })
class CubbyholeEngine {}

@Engine({ kind: 'auth', type: 'token', singleton: true, help: 'Tokens.' })
class TokenEngine {}

@EnginePart(SystemEngine)
class SystemPart {
  @OnPath('update', 'seal', { help: 'Seals.', sudo: true })
  async seal(): Promise<undefined> {
    return undefined;
  }
}

@Engine({ kind: 'secret', type: 'kv', version: '1', aliases: ['kv-v1', 'generic'], help: 'Version 1.' })
class KvV1 {
  @OnPath(['read', 'update', 'delete', 'list'], '*path?', { help: 'A secret.' })
  async any(): Promise<undefined> {
    return undefined;
  }
}

@Engine({ kind: 'secret', type: 'kv', version: '2', aliases: ['kv-v2'], help: 'Version 2.', localPrefixes: ['here/'] })
class KvV2 {
  readonly invalidated: string[] = [];
  broken = false;

  @OnPath('update', 'data/*path', { help: 'Writes a secret.', body: WriteBody })
  async write(_request: EngineRequest<WriteBody>): Promise<undefined> {
    return undefined;
  }

  @OnPath('update', 'import/:format', { help: 'Brings secrets.', bytes: { contentTypes: ['application/x-secrets'] } })
  async import(): Promise<undefined> {
    return undefined;
  }

  @OnPath(['read', 'delete'], 'data/*path', { help: 'Reads a secret.' })
  async read(): Promise<undefined> {
    return undefined;
  }

  @OnPath('list', 'metadata/*path?', { help: 'Lists secrets.' })
  async list(): Promise<undefined> {
    return undefined;
  }

  open({ mount }: MountContext): { readonly accessor: string } {
    return { accessor: mount.accessor };
  }

  invalidate({ accessor }: { readonly accessor: string }, key: string): void {
    this.invalidated.push(`${accessor} ${key}`);
    if (this.broken) throw new Error('broken');
  }
}

@Engine({ kind: 'auth', type: 'userpass', help: 'Users.' })
class Userpass {
  @OnPath('update', 'login/:name', { help: 'Logs in.', login: true, fields: { password: 'string' } })
  async login(): Promise<undefined> {
    return undefined;
  }
}

const HOUR = 3600;

/** The room over a store in memory. `run` is a request's transaction. */
export function mountsRoom({
  policy,
  store: memory = new MemoryStore(),
  engines = [],
}: { policy?: ChangePolicy; store?: MemoryStore; engines?: readonly EngineInstance[] } = {}) {
  const role = { writesHere: true };
  const kv = new KvV2();
  const registry = new EngineRegistry(
    [
      ...[SystemEngine, IdentityEngine, CubbyholeEngine, TokenEngine, KvV1, Userpass].map((type) => new type()),
      kv,
      ...engines,
    ],
    [new SystemPart()],
  );
  const defaults = { defaultLeaseTtlSeconds: 768 * HOUR, maxLeaseTtlSeconds: 768 * HOUR };
  const { store } = memory;
  const attempts = new Attempts(store);
  const table = new MountTable({
    store,
    attempts,
    registry,
    defaults,
    clock: systemClock,
    logger: silentLogger,
    writesHere: () => role.writesHere,
  });
  const admin = new MountAdmin({
    table,
    registry,
    store,
    defaults,
    logger: silentLogger,
    policy: policy ?? { refuseReplicated: () => undefined },
  });
  const router = new RequestRouter(table, registry);
  const run = async <T>(work: (scope: RequestScope) => Promise<T>): Promise<T> => {
    const result = await memory.transact((unit) => work(scopeOf(unit)));
    await table.caughtUp();
    return result;
  };
  const enable = (path: string, order: Partial<MountOrder> = {}) =>
    run((scope) => admin.enable(scope, { kind: 'secret', type: 'kv', path, ...order }));
  const runtime = new TestRuntime(1_700_000_000_000);
  return { memory, attempts, kv, registry, table, admin, router, run, enable, runtime, role };
}

/** With the built-in mounts, as after an unseal. */
export async function loadedRoom(options: Parameters<typeof mountsRoom>[0] = {}) {
  const room = mountsRoom(options);
  await room.memory.transact((unit) => ensureBuiltIns(unit));
  await room.table.load();
  return room;
}

/** A mount of the primary, as the stream would bring it. */
export const replicatedMount = (path: string, { uuid = 'from-primary', type = 'kv' } = {}) => ({
  [mountKey(uuid)]: Buffer.from(
    JSON.stringify({
      uuid,
      kind: 'secret',
      path,
      type,
      accessor: `${type}_${uuid}`,
      description: '',
      local: false,
      seal_wrap: false,
      external_entropy_access: false,
      options: {},
      config: { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false },
    }),
  ),
});

/** The texts of a refusal of bad input; none when it is done. */
export const refusalOf = (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(
    () => [],
    (error: unknown) => (isTidelockError(error, 'INVALID_REQUEST') ? error.errors : Promise.reject(error)),
  );
