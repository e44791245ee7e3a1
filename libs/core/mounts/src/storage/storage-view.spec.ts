import * as fc from 'fast-check';
import { MemoryStore } from '../memory-store.testing';
import { storageViewOf } from './storage-view';

const bytes = Buffer.from('x');
const replicated = { uuid: 'r', local: false };
const local = { uuid: 'l', local: true };
const segment = fc.constantFrom('a', 'b', 'local', '..', '.', '', '%2e%2e', 'entry', 'mount', '\u0000');
const anyKey = fc.array(segment, { maxLength: 5 }).map((segments) => segments.join('/'));

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
    expect(await view.keysBelow('')).toEqual(['certs/1', 'config', 'roles/web']);
    expect(await view.get('certs/1')).toEqual(bytes);
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
      expect([await view.list(prefix), await view.keysBelow(prefix)]).toEqual([[], []]);
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
          expect((await view.keysBelow('')).every((key) => keys.includes(key))).toBe(true);
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
