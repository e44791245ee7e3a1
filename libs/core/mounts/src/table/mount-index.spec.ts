import * as fc from 'fast-check';
import { MountIndex } from './mount-index';

const name = fc.constantFrom('a', 'b', 'ab', 'c');
const mountPath = fc.array(name, { minLength: 1, maxLength: 4 }).map((segments) => `${segments.join('/')}/`);
const requestPath = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('')), { maxLength: 6 }), fc.boolean())
  .map(([segments, slash]) => segments.join('/') + (slash ? '/' : ''));

function indexOf(paths: readonly string[]): MountIndex<string> {
  const index = new MountIndex<string>();
  for (const path of paths) index.set(path, path);
  return index;
}

describe('MountIndex', () => {
  it('finds the longest mount path that begins a path, by whole segments', () => {
    fc.assert(
      fc.property(fc.array(mountPath), requestPath, (paths, path) => {
        const expected = paths.filter((mount) => `${path}/`.startsWith(mount)).sort((a, b) => b.length - a.length)[0];
        expect(indexOf(paths).route(path)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a conflict exactly when one path begins the other', () => {
    fc.assert(
      fc.property(fc.array(mountPath), mountPath, (paths, path) => {
        const found = indexOf(paths).conflict(path);
        const conflicts = paths.filter((other) => other.startsWith(path) || path.startsWith(other));
        if (found === undefined) expect(conflicts).toEqual([]);
        else expect(conflicts).toContain(found);
      }),
      { numRuns: 2000 },
    );
  });
});
