import { cubbyholePrefix } from '@tidelock/engine-api';
import { caller, engineRequest, MemoryStorage } from '@tidelock/engine-testing';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import { CubbyholeEngine } from './cubbyhole-engine';

const engine = new CubbyholeEngine();
const mine = caller({ tokenId: 'mine' });
const theirs = caller({ tokenId: 'theirs', isRoot: true });
const at = (path: string, by = mine, raw: Record<string, unknown> = {}) => engineRequest({ path, caller: by, raw });

describe('CubbyholeEngine', () => {
  let storage: MemoryStorage;
  beforeEach(() => {
    storage = new MemoryStorage();
  });

  it('shows a secret, to the letter, to the token that wrote it and to no other', async () => {
    const text = '{"amount":1.50}';
    await engine.write(at('dir/a', mine, parseJson(text) as Record<string, unknown>), storage);
    expect(stringifyJson((await engine.read(at('dir/a'), storage)).data)).toBe(text);
    await expect(engine.read(at('dir/a', theirs), storage)).rejects.toMatchObject({ status: 404, errors: [] });
    expect(await engine.exists(at('dir/a', theirs), storage)).toBe(false);
    expect((await engine.list(at(''), storage)).data).toEqual({ keys: ['dir/'] });
    await expect(engine.list(at('', theirs), storage)).rejects.toMatchObject({ status: 404 });
  });

  it('keeps everything under the prefix that goes with the token', async () => {
    await engine.write(at('a', mine, { x: 1 }), storage);
    expect([...storage.entries.keys()]).toEqual([expect.stringMatching(`^${cubbyholePrefix('mine')}`)]);
  });

  it('deletes', async () => {
    await engine.write(at('a', mine, { x: 1 }), storage);
    await engine.delete(at('a', theirs), storage);
    expect(await engine.exists(at('a'), storage)).toBe(true);
    await engine.delete(at('a'), storage);
    expect(await engine.exists(at('a'), storage)).toBe(false);
  });

  it('refuses batch tokens, and a write of nothing', async () => {
    const batch = at('a', caller({ type: 'batch', tokenId: '' }), { x: 1 });
    const refusal = { status: 400, message: 'cubbyhole operations are only supported by "service" type tokens' };
    for (const call of [engine.read, engine.write, engine.delete, engine.list])
      await expect(call(batch, storage)).rejects.toMatchObject(refusal);
    await expect(engine.write(at('a'), storage)).rejects.toMatchObject({
      status: 400,
      message: '1 error occurred:\n\t* missing data fields\n\n',
    });
  });

  it('has no room for a caller whose token stayed on another cluster', async () => {
    await expect(engine.read(at('a', caller({ tokenId: '' })), storage)).rejects.toMatchObject({ status: 403 });
  });
});
