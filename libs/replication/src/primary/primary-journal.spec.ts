import { keptAfter } from './primary-journal';

const MIB = 1024 * 1024;

/** Whatever the bounds keep of a journal whose rows are all equally long. */
const kept = ({
  last,
  rowBytes = 1,
  active = ['us'],
  applied = 0,
}: {
  last: number;
  rowBytes?: number;
  active?: string[];
  applied?: number;
}) =>
  keptAfter(
    {
      store: {
        position: () => ({ localIndex: 0, replicatedIndex: last }),
        journal: { lastBefore: (bytes) => Math.max(0, last - Math.floor(bytes / rowBytes)) },
      },
      settings: { journalBudgetBytes: 1024 * MIB },
    },
    { active: () => active },
    { lowestApplied: () => applied },
  );

describe('published rows are kept', () => {
  it('until every secondary has told that it applied them', () => {
    expect(kept({ last: 500, applied: 400 })).toBe(400);
  });

  it('for one that never tells, at most 100,000 of them, and at most the budget of bytes', () => {
    expect(kept({ last: 300_000 })).toBe(200_000);
    expect(kept({ last: 300_000, rowBytes: 32 * MIB })).toBe(300_000 - 32);
  });

  it('while nobody has joined, at most 10,000 of them, and at most the budget of bytes', () => {
    expect(kept({ last: 300_000, active: [] })).toBe(290_000);
    expect(kept({ last: 300_000, active: [], rowBytes: 32 * MIB })).toBe(300_000 - 32);
  });
});
