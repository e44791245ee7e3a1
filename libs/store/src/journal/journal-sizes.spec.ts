import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { JournalSizes } from './journal-sizes';

const MIB = 1024 * 1024;

function sizesOf(...rows: readonly number[]): JournalSizes {
  const sizes = new JournalSizes();
  rows.forEach((bytes, at) => sizes.added(at + 1, bytes));
  return sizes;
}

describe('the sizes of the journal', () => {
  it('are told for what lies behind any row', () => {
    const sizes = sizesOf(MIB, 2 * MIB, 3 * MIB);
    expect([0, 1, 2, 3, 9].map((index) => sizes.after(index))).toEqual([6 * MIB, 5 * MIB, 3 * MIB, 0, 0]);
    const many = sizesOf(...Array.from({ length: 10_000 }, () => 100));
    expect([0, 1, 5000, 9999, 10_000].map((index) => many.after(index))).toEqual([1_000_000, 999_900, 500_000, 100, 0]);
  });

  it('tell from where on the rows fit into a budget', () => {
    const sizes = sizesOf(MIB, 2 * MIB, 3 * MIB);
    expect([6 * MIB, 5 * MIB, 3 * MIB, MIB, 0].map((budget) => sizes.lastBefore(budget))).toEqual([0, 1, 2, 3, 3]);
    expect(new JournalSizes().lastBefore(0)).toBe(0);
  });

  it('lose what has gone at either end', () => {
    const sizes = sizesOf(...Array.from({ length: 1000 }, () => 10));
    sizes.trimmed(100);
    expect(sizes.after(0)).toBe(9000);
    sizes.droppedAfter(900);
    expect(sizes.after(0)).toBe(8000);
    sizes.added(901, 7);
    expect([sizes.after(901), sizes.after(0)]).toEqual([0, 8007]);
    sizes.trimmed(901);
    expect(sizes.after(0)).toBe(0);
    sizes.added(902, 5);
    expect(sizes.after(0)).toBe(5);
    sizes.clear();
    expect(sizes.after(0)).toBe(0);
  });

  it('are those of the rows themselves, whatever is added, trimmed and dropped', () => {
    const step = oneof(
      record({ kind: constantFrom('add' as const), by: integer({ min: 1, max: 300 }) }),
      record({ kind: constantFrom('trim' as const, 'drop' as const), by: integer({ min: 0, max: 400 }) }),
    );
    assert(
      property(array(step, { maxLength: 40 }), integer({ min: 1, max: 100_000 }), (steps, bytes) => {
        const sizes = new JournalSizes();
        let [first, next] = [1, 1];
        for (const { kind, by } of steps) {
          if (kind === 'add') for (let row = 0; row < by; row += 1) sizes.added(next++, bytes);
          if (kind === 'trim') sizes.trimmed((first = Math.min(first + by, next)) - 1);
          if (kind === 'drop') sizes.droppedAfter((next = Math.max(next - by, first)) - 1);
        }
        const held = (next - first) * bytes;
        expect(sizes.after(0)).toBe(held);
        for (const index of [first, (first + next) >> 1, next])
          expect(sizes.after(index - 1)).toBe(Math.max(0, next - index) * bytes);
        const budget = held / 2;
        expect(sizes.after(sizes.lastBefore(budget))).toBeLessThanOrEqual(budget);
        expect(sizes.lastBefore(held)).toBe(0);
      }),
    );
  });
});
