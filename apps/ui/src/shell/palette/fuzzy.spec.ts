import { ranked } from './fuzzy';

const PAGES = [
  'Replication overview',
  'Performance replication',
  'Manage replication: demote, promote, disable',
  'Seal',
  'Secrets engines',
];
const best = (typed: string): string | undefined => ranked(typed, PAGES, (page) => page)[0];

describe('what is found by what was typed', () => {
  it.each([
    ['seal', 'Seal'],
    ['sec', 'Secrets engines'],
    ['repl', 'Replication overview'],
    ['perf', 'Performance replication'],
    ['demote', 'Manage replication: demote, promote, disable'],
    ['mr', 'Manage replication: demote, promote, disable'],
    ['se', 'Seal'],
    ['over repl', 'Replication overview'],
  ])('by %s is %s', (typed, page) => {
    expect(best(typed)).toBe(page);
  });

  it('needs every letter, in order', () => {
    for (const typed of ['xyz', 'zeal', 'seal nothing']) expect(ranked(typed, PAGES, (page) => page)).toEqual([]);
  });

  it('is everything as it stands where nothing was typed', () => {
    expect(ranked('  ', PAGES, (page) => page)).toEqual(PAGES);
  });

  it('takes any letter, and none for a pattern', () => {
    expect(best('.*')).toBeUndefined();
    expect(ranked('鍵', ['日本/鍵', 'app'], (name) => name)).toEqual(['日本/鍵']);
  });
});
