import {
  cubbyholePrefix,
  Engine,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  type StorageView,
} from '@tidelock/engine-api';
import { badRequest, multiError, notFound, RawJson, stringifyJson, TidelockError } from '@tidelock/kernel';

/**
 * A private space for each token (Vault API "Cubbyhole secrets engine"). It never leaves the cluster, nobody else sees it,
 * not even root, and it goes when the token goes.
 */
@Engine({
  kind: 'secret',
  type: 'cubbyhole',
  singleton: true,
  help: 'Stores secrets that only the calling token can see.',
})
export class CubbyholeEngine {
  @OnPath('read', '*path', { help: 'Reads a secret of the calling token.' })
  async read(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const stored = await storage.get(keyOf(request));
    if (stored === undefined) throw notFound();
    return { data: new RawJson(stored.toString('utf8')) as unknown as Readonly<Record<string, unknown>> };
  }

  @OnPath('update', '*path', {
    help: 'Writes a secret of the calling token; any members are taken as its data.',
    exists: 'exists',
    bodyLimit: Infinity,
  })
  async write(request: EngineRequest, storage: StorageView): Promise<undefined> {
    const key = keyOf(request);
    if (Object.keys(request.raw).length === 0) throw badRequest(multiError(['missing data fields']));
    await storage.put(key, Buffer.from(stringifyJson(request.raw), 'utf8'));
  }

  @OnPath('delete', '*path', { help: 'Deletes a secret of the calling token.' })
  async delete(request: EngineRequest, storage: StorageView): Promise<undefined> {
    await storage.delete(keyOf(request));
  }

  @OnPath('list', '*path?', { help: 'Lists the secrets and folders of the calling token.' })
  async list(request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const keys = await storage.list(keyOf(request));
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  async exists(request: EngineRequest, storage: StorageView): Promise<boolean> {
    return (await storage.get(keyOf(request))) !== undefined;
  }
}

function keyOf({ caller, path }: EngineRequest): string {
  if (caller === undefined || (caller.type === 'service' && caller.tokenId === ''))
    throw new TidelockError('PERMISSION_DENIED');
  if (caller.type !== 'service') throw badRequest('cubbyhole operations are only supported by "service" type tokens');
  return cubbyholePrefix(caller.tokenId) + path;
}
