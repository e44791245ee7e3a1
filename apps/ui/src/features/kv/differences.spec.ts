import { differencesOf } from './differences';
import { ExactNumber } from '../../api/exact-json';

describe('the differences of two states of a secret', () => {
  it('are told key by key, from old to new, what differs first', () => {
    expect(differencesOf({ a: 'x', b: 'x', c: { d: 1 } }, { a: 'x', c: { d: 2 }, toString: 'y' })).toEqual([
      { key: 'b', word: 'removed', old: 'x', now: undefined },
      { key: 'c', word: 'changed', old: '{\n  "d": 1\n}', now: '{\n  "d": 2\n}' },
      { key: 'toString', word: 'added', old: undefined, now: 'y' },
      { key: 'a', word: 'same', old: 'x', now: 'x' },
    ]);
  });

  it('show what only looks alike', () => {
    expect(differencesOf({ n: 1 }, { n: '1' })).toEqual([{ key: 'n', word: 'changed', old: '1', now: '"1"' }]);
  });

  it('see the last digit of a long number', () => {
    const [first] = differencesOf(
      { n: new ExactNumber('12345678901234567890') },
      { n: new ExactNumber('12345678901234567891') },
    );
    expect(first?.word).toBe('changed');
  });
});
