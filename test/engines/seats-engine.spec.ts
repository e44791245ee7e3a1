import { engineRequest, MemoryStorage, mountContext, mountView } from '@tidelock/engine-testing';
import { silentLogger } from '@tidelock/kernel';
import { SeatsEngine } from './seats-engine';

const mount = mountView('seats');

describe('SeatsEngine', () => {
  const engine = new SeatsEngine();
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (...line: unknown[]) => void warnings.push(line) };
  let storage: MemoryStorage;
  let at: ReturnType<typeof mountContext>;
  let state: ReturnType<SeatsEngine['open']>;
  beforeEach(() => {
    storage = new MemoryStorage();
    at = mountContext({ mount, logger }, storage);
    state = engine.open(at);
  });

  const sized = async (size: number): Promise<void> => {
    await engine.configure(engineRequest({ body: { size } }), storage);
    engine.invalidate(state, 'pool');
  };
  const take = async () => {
    const { data, lease } = await engine.take(engineRequest({ state, mount }), storage);
    return { seat: String(data?.['seat']), secret: { leaseId: 'lease', issuedAt: 0, internal: lease?.internal ?? {} } };
  };

  it('gives as many seats as there are, and one again once its lease is revoked', async () => {
    await expect(take()).rejects.toMatchObject({ status: 400, message: 'all seats are taken' });
    await sized(1);
    const { seat, secret } = await take();
    expect((await engine.list(engineRequest(), storage)).data).toEqual({ keys: [seat] });
    await expect(take()).rejects.toMatchObject({ status: 400 });
    const asked = { ...engineRequest({ state, mount }), storage };
    await engine.revokeLease(secret, asked);
    await engine.revokeLease(secret, asked);
    expect((await take()).seat).not.toBe(seat);
  });

  it('renews the lease of a seat that is taken', async () => {
    await sized(1);
    const { secret } = await take();
    const asked = { ...engineRequest({ state, mount }), storage, incrementSeconds: 60 };
    expect(await engine.renewLease(secret, asked)).toMatchObject({ ttlSeconds: 60, internal: secret.internal });
    await engine.revokeLease(secret, asked);
    await expect(engine.renewLease(secret, asked)).rejects.toMatchObject({ status: 400 });
  });

  it('says in the log when all seats are taken', async () => {
    const [watch] = engine.background;
    await sized(1);
    await watch?.run(at, state);
    expect(warnings).toEqual([]);
    await take();
    await watch?.run(at, state);
    expect(warnings).toEqual([['all seats are taken', { mount: 'seats/' }]]);
  });

  it('goes by another size as soon as that is stored', async () => {
    await sized(1);
    await take();
    await sized(2);
    await take();
    await expect(take()).rejects.toMatchObject({ status: 400 });
  });

  it('reads the size again after a read that failed', async () => {
    await sized(1);
    const failing = engine.open({ ...at, read: () => Promise.reject(new Error('away')) });
    await expect(engine.take(engineRequest({ state: failing }), storage)).rejects.toThrow('away');
    expect(failing).not.toHaveProperty('size');
  });
});
