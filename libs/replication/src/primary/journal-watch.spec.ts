import { JournalWatch } from './journal-watch';

/** A journal whose rows are one byte long. */
function journalOf(budgetBytes: number) {
  const said: unknown[] = [];
  const note =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void said.push([level, message, fields]);
  const state = { last: 0, scanned: 0 };
  const watch = new JournalWatch({
    store: { journal: { bytesAfter: (index) => Math.max(0, state.last - index) } },
    logger: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    settings: { journalBudgetBytes: budgetBytes },
    scanned: () => state.scanned,
  });
  const lookAt = (last: number, scanned: number) => {
    Object.assign(state, { last, scanned });
    watch.run();
    watch.run();
    return said.splice(0);
  };
  return { watch, lookAt };
}

const OUTGROWN = 'the journal outgrows its budget: bring the broker back, or make room';

it('warns when what waits for the broker outgrows the budget, when it has doubled, and tells when it fits again', () => {
  const { lookAt } = journalOf(100);
  expect(lookAt(100, 0)).toEqual([]);
  expect(lookAt(101, 0)).toEqual([['warn', OUTGROWN, { pendingBytes: 101, budgetBytes: 100 }]]);
  expect(lookAt(202, 0)).toEqual([]);
  expect(lookAt(203, 0)).toEqual([['warn', OUTGROWN, { pendingBytes: 203, budgetBytes: 100 }]]);
  expect(lookAt(300, 150)).toEqual([]);
  expect(lookAt(300, 200)).toEqual([
    ['info', 'the journal is within its budget again', { pendingBytes: 100, budgetBytes: 100 }],
  ]);
  expect(lookAt(301, 200)).toEqual([['warn', OUTGROWN, { pendingBytes: 101, budgetBytes: 100 }]]);
});

it('does not warn of published rows that are kept', () => {
  const { watch, lookAt } = journalOf(100);
  expect(lookAt(1000, 950)).toEqual([]);
  expect(watch.figures()).toEqual({ bytes: 1000, pendingBytes: 50, budgetBytes: 100 });
});
