import { TidelockError } from '@tidelock/kernel';
import { WriteConflict } from '@tidelock/store';
import { retryOnConflict } from './retry-on-conflict';

/** A transaction that is overtaken once, at the given thing, and runs again until it is let go. */
function transaction(thing: string | undefined, log: string[], name: string) {
  let attempts = 0;
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const done = retryOnConflict(async () => {
    attempts += 1;
    log.push(`${name} ${attempts}`);
    if (attempts === 1) throw new WriteConflict(thing);
    await gate;
  });
  return { letGo, done };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('overtaken transactions', () => {
  it('do not wait for one that is slow and was overtaken elsewhere', async () => {
    const log: string[] = [];
    const slow = transaction('entry/ldap', log, 'slow');
    const others = ['entry/a', undefined].map((thing, at) => transaction(thing, log, `other${at}`));
    for (const { letGo } of others) letGo();
    await Promise.all(others.map(({ done }) => done));
    expect([...log].sort()).toEqual(['other0 1', 'other0 2', 'other1 1', 'other1 2', 'slow 1', 'slow 2']);
    slow.letGo();
    await slow.done;
  });

  it('take turns where they were overtaken at the same thing, in order, whatever becomes of the one before', async () => {
    const log: string[] = [];
    const first = transaction('entry/a', log, 'first');
    const second = transaction('entry/a', log, 'second');
    await settled();
    expect(log).toEqual(['first 1', 'second 1', 'first 2']);
    first.letGo();
    second.letGo();
    await Promise.all([first.done, second.done]);
    expect(log).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
    const failing = retryOnConflict(async () => {
      log.push('failing');
      throw log.filter((line) => line === 'failing').length === 1
        ? new WriteConflict('entry/a')
        : new TidelockError('INTERNAL');
    });
    const third = transaction('entry/a', log, 'third');
    third.letGo();
    await expect(failing).rejects.toMatchObject({ code: 'INTERNAL' });
    await third.done;
  });

  it('are let through at last where newcomers overtake them time and again, and nobody else waits for that', async () => {
    /** As the store does it: refused when what was read has been changed since. */
    const values = new Map<string, number>();
    const change = (key: string, turns: number) =>
      retryOnConflict(async (way) => {
        const read = values.get(key) ?? 0;
        for (let turn = 0; turn < turns; turn += 1) await settled();
        way.require({ changes: (thing) => thing === key });
        if ((values.get(key) ?? 0) !== read) throw new WriteConflict(key);
        values.set(key, read + 1);
      });
    let isLetThrough = false;
    const slow = change('entry/hot', 20).then(() => (isLetThrough = true));
    const newcomers: Promise<void>[] = [];
    for (let round = 0; !isLetThrough && round < 2000; round += 1) {
      newcomers.push(change('entry/hot', 1));
      await change('entry/elsewhere', 1);
    }
    expect(isLetThrough).toBe(true);
    await Promise.all([slow, ...newcomers]);
    expect(values.get('entry/hot')).toBe(newcomers.length + 1);
    expect(values.get('entry/elsewhere')).toBe(newcomers.length);
  });

  it('never wait for each other, nor for one that has failed', async () => {
    const crossing = (first: string, second: string) => {
      let attempt = 0;
      return retryOnConflict(async (way) => {
        attempt += 1;
        await settled();
        if (attempt < 15) throw new WriteConflict(attempt % 2 === 0 ? first : second);
        way.require({ changes: () => true });
        if (attempt < 30) throw new WriteConflict(first);
        if (first === 'entry/b') throw new TidelockError('INTERNAL');
      });
    };
    const outcomes = await Promise.allSettled([
      crossing('entry/a', 'entry/b'),
      crossing('entry/b', 'entry/a'),
      crossing('entry/c', 'entry/a'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await retryOnConflict(async (way) => way.require({ changes: () => true }));
  });

  it('end, each of them, among any number of others', async () => {
    let value = 0;
    /** As the store does it: refused when the value was changed after it was read. */
    const increment = () =>
      retryOnConflict(async () => {
        const read = value;
        await settled();
        if (value !== read) throw new WriteConflict('entry/counter');
        value = read + 1;
      });
    await Promise.all(Array.from({ length: 200 }, increment));
    expect(value).toBe(200);
  });
});
