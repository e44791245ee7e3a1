import type { History } from '../history/history';
import type { Operation } from '../history/operation';

/** Histories by hand: each operation takes place within `[start, start + 5]` at cluster `a`, the primary, and is done. */
const ORDINARY = {
  client: 1,
  cluster: 'a',
  key: 'plain/k',
  outcome: 'done',
  status: 200,
  atPrimary: true,
  era: 0,
} as const;

type Facts = Partial<Operation> & { readonly start: number };

export const write = (value: string, facts: Facts): Operation => ({
  ...ORDINARY,
  action: 'write',
  value,
  end: facts.start + 5,
  ...facts,
});
export const remove = (facts: Facts): Operation => ({ ...ORDINARY, action: 'delete', end: facts.start + 5, ...facts });
export const read = (value: string | undefined, facts: Facts): Operation => ({
  ...ORDINARY,
  action: 'read',
  value,
  end: facts.start + 5,
  ...facts,
});

/** As asked at a secondary. */
export const AT_B = { cluster: 'b', atPrimary: false } as const;

export function historyOf(operations: readonly Operation[], more: Partial<History> = {}): History {
  return { operations, holdings: new Map(), primary: 'a', tokens: [], quarantined: [], forkedAt: Infinity, ...more };
}

/** A history that ended with these values everywhere. */
export function endingWith(
  operations: readonly Operation[],
  held: Record<string, string | undefined>,
  more: Partial<History> = {},
): History {
  const registers = new Map(Object.entries(held).map(([key, value]) => [key, { value }]));
  return historyOf(operations, {
    holdings: new Map([
      ['a', registers],
      ['b', registers],
    ]),
    ...more,
  });
}
