import * as fc from 'fast-check';
import { newAccessor, newUuid, randomBase62 } from './ids';

describe('ids', () => {
  it('have the length asked for and letters and digits only', () => {
    fc.assert(
      fc.property(fc.nat(200), (length) => {
        expect(randomBase62(length)).toMatch(new RegExp(`^[A-Za-z0-9]{${length}}$`));
      }),
    );
  });

  it('draw every character of the alphabet about equally often', () => {
    const counts = new Map<string, number>();
    for (const character of randomBase62(62_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 1000 each; a deviation of 300 is nine standard deviations. A bias of the plain modulus would be 8/256 for some.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(300);
  });

  it('are not the same twice', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomBase62(24))).size).toBe(1000);
    expect(newUuid()).not.toBe(newUuid());
  });

  it('are UUIDs of version 4 and accessors named after their type', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newAccessor('kv')).toMatch(/^kv_[0-9a-f]{8}$/);
  });
});
