import { OnPath, type Operation } from '@tidelock/engine-api';
import * as fc from 'fast-check';
import { parsePattern } from './pattern';
import { PathTable } from './path-table';

/** An engine with one method for each declaration, named `m0`, `m1`, … */
function tableOf(...declarations: readonly (readonly [Operation | readonly Operation[], string])[]): PathTable {
  class Sample {}
  declarations.forEach(([operations, pattern], index) => {
    OnPath(operations, pattern, { help: 'h' })(Sample.prototype, `m${index}`, { value: async () => undefined });
  });
  return new PathTable([new Sample()]);
}

/** What the path is served by: the pattern and what it captured. */
function served(table: PathTable, operation: Operation, path: string): unknown {
  const found = table.match(operation, path);
  return found && [found.declaration.pattern, { ...found.params }];
}

describe('PathTable', () => {
  const kv = tableOf(
    ['read', 'config'],
    [['read', 'update'], 'data/*path'],
    ['list', 'metadata/*path?'],
    [['read', 'delete'], 'metadata/*path'],
  );

  it('captures segments and rests', () => {
    const table = tableOf(['read', 'keys/:name/versions/:version']);
    expect(served(table, 'read', 'keys/a/versions/2')).toEqual([
      'keys/:name/versions/:version',
      { name: 'a', version: '2' },
    ]);
    expect(served(kv, 'read', 'data/app/db')).toEqual(['data/*path', { path: 'app/db' }]);
  });

  it('takes the slash off a list only', () => {
    expect(served(kv, 'list', 'metadata/app/db/')).toEqual(['metadata/*path?', { path: 'app/db' }]);
    expect(served(kv, 'list', 'metadata/')).toEqual(['metadata/*path?', { path: '' }]);
    expect(served(kv, 'list', 'metadata')).toEqual(['metadata/*path?', { path: '' }]);
    expect(served(kv, 'read', 'data/app/')).toEqual(['data/*path', { path: 'app/' }]);
    expect(served(kv, 'read', 'config/')).toBeUndefined();
    expect(served(kv, 'read', 'data/')).toBeUndefined();
    expect(served(kv, 'list', 'metadata//')).toBeUndefined();
  });

  it('tells a wrong operation from a wrong path', () => {
    expect(kv.match('delete', 'config')).toBeUndefined();
    expect(kv.allowed('delete', 'config')).toEqual(['read']);
    expect(kv.allowed('read', 'nothing')).toEqual([]);
    expect(kv.match('patch', 'data/x')).toBeUndefined();
  });

  it('prefers the most specific pattern, and goes back where it leads nowhere', () => {
    const table = tableOf(
      ['read', 'a/:x'],
      ['read', 'a/b'],
      ['read', 'a/*rest'],
      ['read', ':y/b/c'],
      ['read', '*all?'],
    );
    expect(served(table, 'read', 'a/b')).toEqual(['a/b', {}]);
    expect(served(table, 'read', 'a/c')).toEqual(['a/:x', { x: 'c' }]);
    expect(served(table, 'read', 'a/b/c')).toEqual(['a/*rest', { rest: 'b/c' }]);
    expect(served(table, 'read', 'z/b/c')).toEqual([':y/b/c', { y: 'z' }]);
    expect(served(table, 'read', 'z/b/d')).toEqual(['*all?', { all: 'z/b/d' }]);
    expect(served(table, 'read', '')).toEqual(['*all?', { all: '' }]);
  });

  it('does not fall back to a broader pattern for an operation', () => {
    const table = tableOf(['delete', 'mounts/*path'], [['read', 'update'], 'mounts/*path/tune']);
    expect(served(table, 'read', 'mounts/a/b/tune')).toEqual(['mounts/*path/tune', { path: 'a/b' }]);
    expect(served(table, 'delete', 'mounts/a/b')).toEqual(['mounts/*path', { path: 'a/b' }]);
    expect(served(table, 'delete', 'mounts/tune')).toEqual(['mounts/*path', { path: 'tune' }]);
    expect(table.match('delete', 'mounts/a/tune')).toBeUndefined();
    expect(table.allowed('delete', 'mounts/a/tune')).toEqual(['read', 'update']);
  });

  it('gives creations to the update, unless something else takes them', () => {
    expect(served(kv, 'create', 'data/x')).toEqual(['data/*path', { path: 'x' }]);
    const both = tableOf(['update', 'x'], ['create', 'x']);
    expect(both.match('create', 'x')?.declaration.method).toBe('m1');
    expect(both.match('update', 'x')?.declaration.method).toBe('m0');
  });

  it('finds help on every path', () => {
    expect(served(kv, 'help', 'config')).toEqual(['config', {}]);
    expect(served(kv, 'help', 'nothing')).toBeUndefined();
  });

  it('joins declarations of one shape, each with its own names', () => {
    const table = tableOf(['read', 'x/:a'], ['delete', 'x/:b'], ['read', ''], ['list', '*path?']);
    expect(table.match('read', 'x/1')?.params).toEqual({ a: '1' });
    expect(table.match('delete', 'x/1')?.params).toEqual({ b: '1' });
    expect(served(table, 'read', '')).toEqual(['', {}]);
    expect(served(table, 'list', '')).toEqual(['*path?', { path: '' }]);
  });

  it('refuses two handlers for one operation, and patterns that make no sense', () => {
    expect(() => tableOf(['read', 'x/:a'], ['read', 'x/:b'])).toThrow('"x/:b" has two handlers for read');
    for (const bad of ['a//b', '/a', 'a/', '*a/:b', '*a?/b', ':', '*', ':a?'])
      expect(() => tableOf(['read', bad])).toThrow();
  });

  it('agrees with a matcher that tries every pattern', () => {
    const part = fc.constantFrom('a', 'b', 'c', ':x');
    const pattern = fc
      .tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('', '', '*r', '*r?', '*r/a', '*r/b/a'))
      .map(([parts, rest]) => [...parts, ...(rest === '' ? [] : [rest])].join('/'));
    const patterns = fc
      .uniqueArray(pattern, { minLength: 1, maxLength: 12, selector: (text) => text.replace('?', '') })
      // `a` and `a/*r?` meet at `a`: declared apart they may both be there, and the first one wins.
      .filter((all) => all.every((text) => !text.endsWith('*r?') || !all.includes(text.replace(/\/?\*r\?$/, ''))));
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 5 })
      .map((segments) => segments.join('/'));
    fc.assert(
      fc.property(patterns, path, fc.constantFrom<Operation>('read', 'list'), (all, text, operation) => {
        const table = tableOf(...all.map((one) => [['read', 'list'], one] as const));
        expect(served(table, operation, text)).toEqual(naive(all, operation, text));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Tries all patterns as regular expressions and sorts what matches by how specific it is. */
function naive(patterns: readonly string[], operation: Operation, path: string): unknown {
  const text = operation === 'list' ? path.replace(/\/$/, '') : path;
  const ranked = patterns.flatMap((pattern) => {
    const found = expressionOf(pattern).exec(text);
    return found === null ? [] : [{ pattern, rank: rankOf(pattern), values: found.slice(1) }];
  });
  const best = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
  if (best === undefined) return undefined;
  const names = parsePattern(best.pattern).flatMap((part) => (part.kind === 'literal' ? [] : [part.name]));
  return [best.pattern, Object.fromEntries(names.map((name, index) => [name, best.values[index] ?? '']))];
}

function expressionOf(pattern: string): RegExp {
  const source = parsePattern(pattern).map((part, index) => {
    const slash = index === 0 ? '' : '/';
    if (part.kind === 'literal') return slash + part.text;
    if (part.kind === 'parameter') return `${slash}([^/]+)`;
    return part.mayBeEmpty ? `(?:${slash}(.+))?` : `${slash}(.+)`;
  });
  return new RegExp(`^${source.join('')}$`);
}

/** Sorts as text: literal `0`, parameter `1`, rest `2` with the longest ending first. */
const rankOf = (pattern: string): string =>
  parsePattern(pattern)
    .map((part, index, all) =>
      part.kind === 'rest' ? `2${9 - (all.length - index)}` : part.kind === 'literal' ? '0' : '1',
    )
    .join('');
