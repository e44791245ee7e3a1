import { Engine, type EngineRequest, type EngineResponse, OnPath, type StorageView } from '@tidelock/engine-api';
import { badRequest, notFound, parseDurationSeconds, parseJson, RawJson, stringifyJson } from '@tidelock/kernel';
import { UNVERSIONED } from './v2/secret-store';

/** Lets the common secret, which names no lifetime, pass unparsed. */
const MAY_NAME_A_LIFETIME = /"(?:ttl|lease)"/;

/**
 * Key/value secrets without versions (Vault API "KV secrets engine, version 1"). A secret is stored as the JSON text of
 * the object that was written.
 */
@Engine({
  kind: 'secret',
  type: 'kv',
  version: '1',
  aliases: ['kv-v1', 'generic'],
  help: 'Stores secrets as they are, one value per key.',
})
export class KvV1Engine {
  @OnPath('read', '*path', { help: 'Reads a secret.' })
  async read({ path, mount }: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const stored = await storage.get(UNVERSIONED + path);
    if (stored === undefined) throw notFound();
    const text = stored.toString('utf8');
    return {
      // To the letter and unparsed. Whoever wants to look inside (audit does) finds a `RawJson` there.
      data: new RawJson(text) as unknown as Readonly<Record<string, unknown>>,
      renewedLease: { leaseId: '', ttlSeconds: lifetimeIn(text) ?? mount.defaultLeaseTtlSeconds, renewable: false },
    };
  }

  @OnPath('update', '*path', {
    help: 'Writes a secret; any members are taken as its data.',
    exists: 'exists',
    bodyLimit: Infinity,
  })
  async write({ path, raw }: EngineRequest, storage: StorageView): Promise<undefined> {
    if (Object.keys(raw).length === 0) throw badRequest('missing data fields');
    await storage.put(UNVERSIONED + path, Buffer.from(stringifyJson(raw), 'utf8'));
  }

  @OnPath('delete', '*path', { help: 'Deletes a secret.' })
  async delete({ path }: EngineRequest, storage: StorageView): Promise<undefined> {
    await storage.delete(UNVERSIONED + path);
  }

  @OnPath('list', '*path?', { help: 'Lists the secrets and folders at a path.' })
  async list({ path }: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const keys = await storage.list(UNVERSIONED + path);
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  async exists({ path }: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await storage.get(UNVERSIONED + path)) !== undefined;
  }
}

/** The lifetime that the secret itself names, in seconds; what is not a duration is only data. */
function lifetimeIn(text: string): number | undefined {
  if (!MAY_NAME_A_LIFETIME.test(text)) return undefined;
  const { ttl, lease } = parseJson(text) as Record<string, unknown>;
  const named = ttl ?? lease;
  if (named === undefined || named === null) return undefined;
  try {
    return parseDurationSeconds(named);
  } catch {
    return undefined;
  }
}
