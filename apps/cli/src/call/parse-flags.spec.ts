import { type Flag, parseFlags } from './parse-flags';

const KNOWN: readonly Flag[] = [
  { name: 'format', kind: 'text', help: '' },
  { name: 'force', aliases: ['f'], kind: 'boolean', help: '' },
  { name: 'header', kind: 'texts', help: '' },
  { name: 'key-shares', aliases: ['n'], kind: 'number', help: '' },
];
const parse = (...words: string[]) => parseFlags(KNOWN, words);

describe('flags', () => {
  it.each([[['-format=json']], [['-format', 'json']], [['--format=json']], [['--format', 'json']]])(
    'are read as Go reads them: %j',
    (words) => {
      expect(parse(...words, 'secret/a').flags.text('format')).toBe('json');
      expect(parse(...words, 'secret/a').args).toEqual(['secret/a']);
    },
  );

  it('let a switch stand alone, without eating the next word', () => {
    const { flags, args } = parse('-f', 'secret/a');
    expect([flags.boolean('force'), args]).toEqual([true, ['secret/a']]);
  });

  it.each([
    ['-f=false', false],
    ['-force=0', false],
    ['-f=T', true],
  ])('let a switch be set: %s', (word, expected) => {
    expect(parse(word).flags.boolean('force')).toBe(expected);
  });

  it('tell what was not given from what is false', () => {
    expect(parse().flags.boolean('force')).toBeUndefined();
    expect(parse().flags.number('key-shares')).toBeUndefined();
  });

  it('end at the first word that is none', () => {
    expect(parse('secret/a', '-format=json').args).toEqual(['secret/a', '-format=json']);
  });

  it('end at --, and take - for a word', () => {
    expect(parse('-f', '--', '-format=json').args).toEqual(['-format=json']);
    expect(parse('-f', '-').args).toEqual(['-']);
  });

  it('keep every value of one that may be repeated, and the last of the others', () => {
    const { flags } = parse('-header=a=1', '-header', 'b=2', '-format=json', '-format=yaml');
    expect([flags.texts('header'), flags.text('format')]).toEqual([['a=1', 'b=2'], 'yaml']);
  });

  it('keep an empty value and one with equal signs', () => {
    expect(parse('-format=').flags.text('format')).toBe('');
    expect(parse('-format=a=b=c').flags.text('format')).toBe('a=b=c');
  });

  it('read numbers', () => {
    expect(parse('-n=7').flags.number('key-shares')).toBe(7);
  });

  it.each([
    [['-nope'], 'flag provided but not defined: -nope'],
    [['-format'], 'flag needs an argument: -format'],
    [['-f=maybe'], 'invalid value "maybe" for flag -force: expected a boolean'],
    [['-key-shares=many'], 'invalid value "many" for flag -key-shares: expected a number'],
  ])('refuse %j', (words, text) => {
    expect(() => parse(...words)).toThrow(text);
  });
});
