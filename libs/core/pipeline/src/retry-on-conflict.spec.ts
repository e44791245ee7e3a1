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
      throw log.filter((line) => line === 'failing').length === 1 ? new WriteConflict('entry/a') : new TidelockError('INTERNAL');
    });
    const third = transaction('entry/a', log, 'third');
    third.letGo();
    await expect(failing).rejects.toMatchObject({ code: 'INTERNAL' });
    await third.done;
  });

  it('end, each of them, among any number of others', async () => {
    let value = 0;
    /** As the store does it: refused when the value was changed after it was read. */
    const increment = () => retryOnConflict(async () => {
      const read = value;
      await settled();
      if (value !== read) throw new WriteConflict('entry/counter');
      value = read + 1;
    });
    await Promise.all(Array.from({ length: 200 }, increment));
    expect(value).toBe(200);
  });
});
