import * as fc from 'fast-check';
import { MemoryStore } from '../memory-store.testing';
import { storageViewOf } from './storage-view';

const bytes = Buffer.from('x');
const replicated = { uuid: 'r', local: false };
const local = { uuid: 'l', local: true };
const segment = fc.constantFrom('a', 'b', 'local', '..', '.', '', '%2e%2e', 'entry', 'mount', '\u0000');
const anyKey = fc.array(segment, { maxLength: 5 }).map((segments) => segments.join('/'));

async function all(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found;
}

describe('storageViewOf', () => {
  it('keeps local mounts in the local table and the others among the replicated records', async () => {
    const memory = new MemoryStore();
    await memory.transact(async (unit) => {
      await storageViewOf(unit, local).put('a/b', bytes);
      await storageViewOf(unit, replicated).put('a/b', bytes);
    });
    expect([...memory.records.local.keys()]).toEqual(['entry/l/a/b']);
    expect([...memory.records.replicated.keys()]).toEqual(['entry/r/a/b']);
  });

  it('keeps local prefixes of a replicated mount on this cluster, and lists them with the rest', async () => {
    const memory = new MemoryStore();
    const options = { localPrefixes: ['certs/'] };
    await memory.transact(async (unit) => {
      const view = storageViewOf(unit, replicated, options);
      for (const key of ['certs/1', 'roles/web', 'config']) await view.put(key, bytes);
    });
    expect([...memory.records.local.keys()]).toEqual(['entry/r/certs/1']);
    const view = storageViewOf(memory.begin(), replicated, options);
    expect(await view.list('')).toEqual(['certs/', 'config', 'roles/']);
    expect(await view.list('certs/')).toEqual(['1']);
    expect(await all(view.page(''))).toEqual(['certs/1', 'config', 'roles/web']);
    expect(await view.get('certs/1')).toEqual(bytes);
  });

  it('gives keys page by page, merged over both families, with what the unit has written', async () => {
    const memory = new MemoryStore();
    const options = { localPrefixes: ['b/', 'd', 'e\uff5e'] };
    const keys = ['a', 'b/1', 'b/2', 'c', 'd', 'e\uff5e', 'e\u{1f600}'];
    await memory.transact(async (unit) => {
      for (const key of keys) await storageViewOf(unit, replicated, options).put(key, bytes);
    });
    const view = storageViewOf(memory.begin(), replicated, options);
    expect(await all(view.page(''))).toEqual(keys);
    expect(await all(view.page('b/'))).toEqual(['b/1', 'b/2']);
    expect(await all(view.page('', { limit: 3 }))).toEqual(['a', 'b/1', 'b/2']);
    expect(await all(view.page('', { after: 'b/1', limit: 2 }))).toEqual(['b/2', 'c']);
    expect(await all(view.page('', { after: 'b/10', limit: 1 }))).toEqual(['b/2']);
    expect([await all(view.page('', { limit: 0 })), await all(view.page('', { after: 'z' }))]).toEqual([[], []]);
    for (const key of ['a', 'b/2']) await view.delete(key);
    for (const key of ['b/11', 'c/1']) await view.put(key, bytes);
    expect(await all(view.page('', { limit: 4 }))).toEqual(['b/1', 'b/11', 'c', 'c/1']);
  });

  it('reads many keys some at a time, no further than they are asked for', async () => {
    const memory = new MemoryStore();
    const keys = Array.from({ length: 1300 }, (_, at) => String(at).padStart(4, '0'));
    await memory.transact(async (unit) => {
      for (const key of keys) await storageViewOf(unit, replicated).put(key, bytes);
    });
    const unit = memory.begin();
    const read = jest.spyOn(unit.replicated, 'keys');
    const view = storageViewOf(unit, replicated);
    expect(await all(view.page(''))).toEqual(keys);
    expect(read.mock.calls.map(([, page]) => page)).toEqual(
      ['', '0511', '1023'].map((after) => ({ after: `entry/r/${after}`, limit: 512 })),
    );
    read.mockClear();
    for await (const key of view.page('')) if (key === '0600') break;
    expect(read).toHaveBeenCalledTimes(2);
    read.mockClear();
    expect(await all(view.page('', { limit: 2 }))).toEqual(['0000', '0001']);
    expect(read.mock.calls.map(([, page]) => page)).toEqual([{ after: 'entry/r/', limit: 2 }]);
  });

  it('writes on a secondary only what is local', async () => {
    const memory = new MemoryStore();
    memory.readOnly = true;
    const unit = memory.begin();
    await expect(storageViewOf(unit, replicated).put('a', bytes)).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    await expect(storageViewOf(unit, replicated).delete('a')).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    await storageViewOf(unit, local).put('a', bytes);
    await storageViewOf(unit, replicated, { localPrefixes: ['a'] }).put('a', bytes);
  });

  it('answers a bad key with a 400, or with nothing where nothing can be', async () => {
    const view = storageViewOf(new MemoryStore().begin(), replicated);
    for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/../b'])
      await expect(view.put(key, bytes)).rejects.toMatchObject({ status: 400 });
    for (const key of ['', '/a', 'a/', 'a//b']) expect(await view.get(key)).toBeUndefined();
    for (const prefix of ['/', 'a', 'a//'])
      expect([await view.list(prefix), await all(view.page(prefix))]).toEqual([[], []]);
    await expect(view.list('../')).rejects.toMatchObject({ status: 400 });
    await expect(view.get('..')).rejects.toMatchObject({ status: 400 });
  });

  it('never lets a key out of its mount, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyKey), async (keys) => {
        const memory = new MemoryStore();
        await memory.transact(async (unit) => {
          await storageViewOf(unit, { uuid: 'neighbour', local: false }).put('secret', bytes);
          const view = storageViewOf(unit, replicated, { localPrefixes: ['local/'] });
          for (const key of keys) await view.put(key, bytes).catch(() => undefined);
          for (const key of keys)
            expect(await view.get(key).catch(() => undefined)).toEqual(canHold(key) ? bytes : undefined);
          expect((await all(view.page(''))).every((key) => keys.includes(key))).toBe(true);
        });
        memory.records.replicated.delete('entry/neighbour/secret');
        for (const key of memory.records.replicated.keys()) expect(key).toMatch(/^entry\/r\/(?!local\/)/);
        for (const key of memory.records.local.keys()) expect(key).toMatch(/^entry\/r\/local\//);
        for (const key of [...memory.records.replicated.keys(), ...memory.records.local.keys()])
          expect(key.split('/')).not.toContain('..');
      }),
    );
  });
});

/** Whether a key can hold a value. */
const canHold = (key: string): boolean => key.split('/').every((part) => part !== '' && part !== '..');
