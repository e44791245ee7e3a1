import { randomBytes } from 'node:crypto';
import { Inject } from '@nestjs/common';
import {
  type BackgroundTask,
  Engine,
  type EngineContext,
  type EngineLifecycle,
  type EngineRequest,
  type EngineResponse,
  IntField,
  type Intent,
  type LeasedSecret,
  LOGGER,
  type MountContext,
  OnPath,
  Outside,
  param,
  readJson,
  type RequestScope,
  type StorageReader,
  type StorageView,
  StringField,
  writeJson,
} from '@tidelock/engine-api';
import { badRequest, type Logger, notFound, TidelockError } from '@tidelock/kernel';

class ConfigBody {
  @StringField({ required: 'missing address', description: 'Address of the directory.' }) address!: string;
}

class RecordsQuery {
  @StringField({ description: 'Begin behind this name.' }) after?: string;
  @IntField({ description: 'At most so many.' }) limit?: number;
}

interface Config {
  readonly address: string;
}

/** What the engine does somewhere outside the store, in a request or for a lease. */
interface Place {
  readonly scope: RequestScope;
}

/**
 * Keeps users in a directory that is another process (`directory-process.js`). It stands for all engines that have an outside, and uses what
 * the contract offers them.
 */
@Engine({ kind: 'secret', type: 'directory', help: 'Users of a directory.' })
export class DirectoryEngine implements EngineLifecycle {
  readonly background: readonly BackgroundTask[] = [
    { name: 'count-users', everySeconds: 1, on: 'writer', run: (at) => this.countUsers(at) },
  ];

  constructor(
    private readonly outside: Outside,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @OnPath('update', 'config', { help: 'Says where the directory is.', body: ConfigBody })
  async configure({ body }: EngineRequest<ConfigBody>, storage: StorageView): Promise<undefined> {
    await writeJson(storage, 'config', { address: body.address } satisfies Config);
  }

  @OnPath('update', 'users/:name', { help: 'Makes a user, and keeps a record of it.', forwarded: true })
  async makeUser(request: EngineRequest, storage: StorageView): Promise<undefined> {
    const name = param(request, 'name');
    const address = await addressIn(storage);
    await this.create(request, address, name);
    await writeJson(storage, `users/${name}`, {});
  }

  @OnPath('list', 'users', { help: 'Lists the users that have a record.' })
  async listUsers(_request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const keys = await storage.list('users/');
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  @OnPath('read', 'records', { help: 'Gives names that have a record, a line each.', body: RecordsQuery })
  async records({ body }: EngineRequest<RecordsQuery>, storage: StorageView): Promise<EngineResponse> {
    const range = { limit: body.limit ?? 1000, ...(body.after && { after: `users/${body.after}` }) };
    let text = '';
    for await (const key of storage.page('users/', range)) text += `${key.slice('users/'.length)}\n`;
    return { raw: { body: Buffer.from(text), contentType: 'text/plain' } };
  }

  @OnPath('read', 'users', { help: 'Tells which users the directory has.' })
  async askUsers(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    return { data: { users: await this.usersOf(request, await addressIn(storage)) } };
  }

  @OnPath('read', 'count', { help: 'Tells how many users the directory had, as the work in the background has found.' })
  async showCount(_request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    return { data: { users: await readJson<number>(storage, 'count') } };
  }

  @OnPath('read', 'creds', { help: 'Makes a user for as long as its lease lives.' })
  async lease(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const address = await addressIn(storage);
    const name = await this.outside.ask(request, 'name', async () => `v-${randomBytes(8).toString('hex')}`);
    await this.create(request, address, name);
    return { data: { name }, lease: { ttlSeconds: 0, maxTtlSeconds: 0, renewable: true, internal: { name } } };
  }

  @OnPath('update', 'accounts/:name', { help: 'Keeps a record for as long as its lease lives.' })
  async makeAccount(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const account = param(request, 'name');
    await writeJson(storage, `users/${account}`, {});
    return { data: { account }, lease: { ttlSeconds: 0, maxTtlSeconds: 0, renewable: true, internal: { account } } };
  }

  async revokeLease({ internal }: LeasedSecret, at: EngineContext): Promise<void> {
    const { account } = internal;
    if (account === undefined) return this.drop(at, String(internal['name']), at.storage);
    const key = `users/${String(account)}`;
    if ((await at.storage.get(key)) !== undefined) await at.storage.delete(key);
  }

  async undoIntent({ facts }: Intent, at: EngineContext): Promise<void> {
    const name = String(facts['name']);
    await this.drop(at, name, at.storage);
    this.logger.info('a user that was not to be is dropped', { mount: at.mount.path, name });
  }

  private async countUsers(at: MountContext): Promise<void> {
    await at.transact(async (storage, scope) => {
      const config = await readJson<Config>(storage, 'config');
      if (config === undefined) return;
      const { length } = await this.usersOf({ scope }, config.address);
      if (length !== (await readJson<number>(storage, 'count'))) await writeJson(storage, 'count', length);
    });
  }

  private usersOf(at: Place, address: string): Promise<string[]> {
    return this.outside.ask(at, 'users', async (signal) => {
      return (await (await answerOf(`${address}/users`, { signal })).json()) as string[];
    });
  }

  private async create(request: EngineRequest, address: string, name: string): Promise<void> {
    await this.outside.act(request, { kind: 'create-user', facts: { name } }, async (signal) => {
      await answerOf(`${address}/users/${name}`, { method: 'PUT', signal });
    });
  }

  private async drop(at: Place, name: string, storage: StorageReader): Promise<void> {
    const address = await addressIn(storage);
    await this.outside.ask(at, `drop ${name}`, async (signal) => {
      await answerOf(`${address}/users/${name}`, { method: 'DELETE', signal });
    });
  }
}

async function addressIn(storage: Pick<StorageReader, 'get'>): Promise<string> {
  const config = await readJson<Config>(storage, 'config');
  if (config === undefined) throw badRequest('the directory is not configured');
  return config.address;
}

/** @throws {TidelockError} where the directory refuses: an effect that was not made is none. */
async function answerOf(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  const text = `the directory answered ${response.status}`;
  throw response.status < 500 ? badRequest(text) : new TidelockError('INTERNAL', text);
}
