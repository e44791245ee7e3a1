import { engineRequest } from './engine-request';
import { MemoryOutside } from './memory-outside';
import { MemoryStorage } from './memory-storage';

const ANN = { kind: 'create-user', facts: { name: 'ann' } };

describe('MemoryOutside', () => {
  let outside: MemoryOutside;
  let storage: MemoryStorage;
  beforeEach(() => {
    outside = new MemoryOutside();
    storage = new MemoryStorage();
  });

  it('makes a call at once, and once in each scope', async () => {
    const [one, two] = [engineRequest(), engineRequest()];
    let made = 0;
    const ask = (request: typeof one) => outside.ask(request, 'number', async () => (made += 1));
    expect([await ask(one), await ask(one), await ask(two)]).toEqual([1, 1, 2]);
    expect(outside.asked).toEqual(['number', 'number']);
    const refused = () => outside.act(one, ANN, () => Promise.reject(new Error(`no ${(made += 1)}`)));
    await expect(refused()).rejects.toThrow('no 3');
    await expect(refused()).rejects.toThrow('no 3');
    expect(outside.acted).toEqual([ANN]);
  });

  it('runs a handler again behind each answer, with the storage as it was', async () => {
    await storage.put('kept', Buffer.from('x'));
    const request = engineRequest();
    const runs: string[][] = [];
    const value = await outside.run(storage, async () => {
      runs.push(await storage.list(''));
      await storage.put('first', Buffer.from('x'));
      const names = await Promise.all(['a', 'b'].map((name) => outside.ask(request, name, async () => name)));
      await outside.act(request, ANN, async () => undefined);
      return names;
    });
    expect([value, outside.asked, outside.acted]).toEqual([['a', 'b'], ['a', 'b'], [ANN]]);
    expect(runs).toEqual([['kept'], ['kept'], ['kept']]);
    expect([await storage.list(''), outside.left]).toEqual([['first', 'kept'], []]);
  });

  it('shows an engine that takes an unanswered call for a failure: it runs again all the same', async () => {
    const request = engineRequest();
    let runs = 0;
    await outside.run(storage, async () => {
      await storage.put(`run/${(runs += 1)}`, Buffer.from('x'));
      await outside.ask(request, 'name', async () => 'ann').catch(() => undefined);
    });
    expect(await storage.list('run/')).toEqual(['2']);
  });

  it('leaves the effects of a handler that fails to be undone, and those that may not have been made', async () => {
    const request = engineRequest();
    const failing = outside.run(storage, async () => {
      await storage.put('user', Buffer.from('x'));
      await outside.act(request, ANN, async () => undefined);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([outside.left, await storage.list('')]).toEqual([[ANN], []]);
    const bob = { kind: 'create-user', facts: { name: 'bob' } };
    await outside.run(storage, () =>
      outside.act(request, bob, () => Promise.reject(new Error('no'))).catch(() => undefined),
    );
    expect(outside.left).toEqual([ANN, bob]);
  });
});
