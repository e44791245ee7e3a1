import { engineRequest, MemoryOutside, MemoryStorage, mountView } from '@tidelock/engine-testing';
import { silentLogger } from '@tidelock/kernel';
import { DirectoryEngine } from './directory-engine';

const mount = mountView('directory');

describe('DirectoryEngine', () => {
  const users = new Set<string>();
  /** What the directory answers. */
  let status: number;
  let storage: MemoryStorage;
  let outside: MemoryOutside;
  let engine: DirectoryEngine;

  beforeEach(async () => {
    users.clear();
    status = 200;
    storage = new MemoryStorage();
    outside = new MemoryOutside();
    engine = new DirectoryEngine(outside, silentLogger);
    await engine.configure(engineRequest({ body: { address: 'http://directory' } }), storage);
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, { method } = {}) => {
      const name = String(url).replace('http://directory/users', '').slice(1);
      if (status === 200 && method === 'PUT') users.add(name);
      if (status === 200 && method === 'DELETE') users.delete(name);
      return new Response(JSON.stringify([...users]), { status });
    });
  });
  afterEach(() => void jest.restoreAllMocks());

  const make = (name: string) => {
    const request = engineRequest({ params: { name }, mount });
    return outside.run(storage, () => engine.makeUser(request, storage));
  };

  it('makes a user, and keeps a record of it', async () => {
    await make('ann');
    expect([[...users], await storage.list('users/'), outside.left]).toEqual([['ann'], ['ann'], []]);
  });

  it('keeps no record where the directory refuses, and has what came of it undone', async () => {
    status = 507;
    await expect(make('ann')).rejects.toMatchObject({ status: 500, message: 'the directory answered 507' });
    expect(await storage.list('users/')).toEqual([]);
    const [intent] = outside.left;
    const at = { ...engineRequest({ mount }), storage };
    await expect(engine.undoIntent(intent!, at)).rejects.toThrow('the directory answered 507');
    status = 200;
    users.add('ann');
    await engine.undoIntent(intent!, { ...engineRequest({ mount }), storage });
    expect([...users]).toEqual([]);
  });

  it('says that the request is wrong where the directory does', async () => {
    status = 409;
    await expect(make('ann')).rejects.toMatchObject({ status: 400, message: 'the directory answered 409' });
  });

  it('gives names that have a record as text, page by page', async () => {
    for (const name of ['ann', 'ben', 'cid']) await make(name);
    const read = async (body: { after?: string; limit?: number }) =>
      String((await engine.records(engineRequest({ body }), storage)).raw?.body);
    expect([await read({}), await read({ after: 'ann', limit: 1 })]).toEqual(['ann\nben\ncid\n', 'ben\n']);
  });

  it('gives a user with a lease, by the same name in each run, and drops it with that', async () => {
    const request = engineRequest({ mount });
    const { data, lease } = await outside.run(storage, () => engine.lease(request, storage));
    expect([...users]).toEqual([data?.['name']]);
    const secret = { leaseId: 'lease', issuedAt: 0, internal: lease?.internal ?? {} };
    await engine.revokeLease(secret, { ...engineRequest({ mount }), storage });
    expect([...users]).toEqual([]);
  });
});
