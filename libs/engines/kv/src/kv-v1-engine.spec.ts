import { MemoryStorage, engineRequest, mountView } from '@tidelock/engine-testing';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import * as fc from 'fast-check';
import { KvV1Engine } from './kv-v1-engine';

const engine = new KvV1Engine();
const at = (path: string, raw: unknown = {}) =>
  engineRequest({ path, params: { path }, raw: raw as Record<string, unknown> });

describe('KvV1Engine', () => {
  let storage: MemoryStorage;
  beforeEach(() => {
    storage = new MemoryStorage();
  });

  const readText = async (path: string) => stringifyJson((await engine.read(at(path), storage)).data);

  it('gives every number back to the letter', async () => {
    const text = '{"big":12345678901234567890,"price":1.50,"deep":{"list":[1e3,-0,1.0]}}';
    await engine.write(at('a', parseJson(text)), storage);
    expect(await readText('a')).toBe(text);
  });

  it('gives back what was written, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), async (data) => {
        await engine.write(at('a', data), storage);
        expect(JSON.parse(await readText('a'))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it.each([
    [{ value: 'x' }, 900],
    [{ ttl: '1h' }, 3600],
    [{ ttl: 30 }, 30],
    [{ lease: '90' }, 90],
    [{ ttl: 'soon' }, 900],
    [{ note: '"ttl"' }, 900],
    [{ deep: { ttl: '1h' } }, 900],
  ])('says how long %j may be kept', async (data, expected) => {
    await engine.write(at('a', data), storage);
    const answer = await engine.read({ ...at('a'), mount: mountView('kv', { defaultLeaseTtlSeconds: 900 }) }, storage);
    expect(answer.renewedLease).toEqual({ leaseId: '', ttlSeconds: expected, renewable: false });
  });

  it('refuses a secret without members', async () => {
    await expect(engine.write(at('a'), storage)).rejects.toMatchObject({ status: 400, message: 'missing data fields' });
  });

  it('lists folders with a slash, and nothing as 404', async () => {
    await engine.write(at('a', { x: 1 }), storage);
    await engine.write(at('dir/b', { x: 1 }), storage);
    expect((await engine.list(at(''), storage)).data).toEqual({ keys: ['a', 'dir/'] });
    expect((await engine.list(at('dir/'), storage)).data).toEqual({ keys: ['b'] });
    await expect(engine.list(at('none/'), storage)).rejects.toMatchObject({ status: 404, errors: [] });
  });

  it('forgets a deleted secret', async () => {
    await engine.write(at('a', { x: 1 }), storage);
    expect(await engine.exists(at('a'), storage)).toBe(true);
    await engine.delete(at('a'), storage);
    expect(await engine.exists(at('a'), storage)).toBe(false);
    await expect(engine.read(at('a'), storage)).rejects.toMatchObject({ status: 404, errors: [] });
  });
});
