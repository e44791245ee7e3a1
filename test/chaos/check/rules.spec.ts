import type { History } from '../history/history';
import { AT_B, endingWith, historyOf, read, remove, write } from './hand-made.testing';
import { RULES } from './rules';

const broken = (history: History): string[] => [
  ...new Set(RULES.flatMap((rule) => rule(history)).map(({ rule }) => rule)),
];
const KEPT: string[] = [];

const first = write('x', { start: 0, index: 1 });
const second = write('y', { start: 10, index: 2 });

describe('no acknowledged write is lost', () => {
  const LOST = ['no acknowledged write is lost'];

  it('holds when the last one is there', () =>
    expect(broken(endingWith([first, second], { 'plain/k': 'y' }))).toEqual(KEPT));
  it('is broken when an older one is there', () =>
    expect(broken(endingWith([first, second], { 'plain/k': 'x' }))).toEqual(LOST));
  it('is broken when nothing is there', () =>
    expect(broken(endingWith([first], { 'plain/k': undefined }))).toEqual(LOST));
  it('is broken when a deletion did not last', () =>
    expect(broken(endingWith([first, remove({ start: 10, index: 2 })], { 'plain/k': 'x' }))).toEqual(LOST));
  it('is broken when what nobody wrote is there', () =>
    expect(broken(endingWith([first], { 'plain/k': 'z' }))).toContain(LOST[0]));
  it('is broken when a refused write is there', () => {
    expect(broken(endingWith([first, write('z', { start: 10, outcome: 'refused' })], { 'plain/k': 'z' }))).toContain(
      LOST[0],
    );
  });
  it('holds when a deletion explains that nothing is there', () => {
    expect(broken(endingWith([first, remove({ start: 10, outcome: 'unknown' })], { 'plain/k': undefined }))).toEqual(
      KEPT,
    );
  });
  it('is broken when the only deletion came before', () => {
    expect(
      broken(
        endingWith([remove({ start: 0, index: 1 }), write('x', { start: 10, index: 2 })], { 'plain/k': undefined }),
      ),
    ).toEqual(LOST);
  });

  describe('with a write of unknown outcome', () => {
    const unknown = write('z', { start: 20, outcome: 'unknown' });
    it('allows that it took place', () =>
      expect(broken(endingWith([first, second, unknown], { 'plain/k': 'z' }))).toEqual(KEPT));
    it('allows that it did not', () =>
      expect(broken(endingWith([first, second, unknown], { 'plain/k': 'y' }))).toEqual(KEPT));
    it('allows that it took place late', () => {
      expect(broken(endingWith([write('z', { start: 0, outcome: 'unknown' }), second], { 'plain/k': 'z' }))).toEqual(
        KEPT,
      );
    });
    it('does not allow that it comes back after it was seen and overwritten', () => {
      const early = write('z', { start: 0, outcome: 'unknown' });
      expect(
        broken(endingWith([early, read('z', { start: 6 }), write('y', { start: 20, index: 4 })], { 'plain/k': 'z' })),
      ).toEqual(LOST);
    });
  });

  it('looks at forwarded writes by time', () => {
    const forwarded = write('x', { start: 0, index: 5, ...AT_B });
    expect(broken(endingWith([forwarded, write('y', { start: 10, index: 6 })], { 'plain/k': 'x' }))).toEqual(LOST);
    // The index that it names is the secondary's, so these two may have come in either order.
    const overlapping = write('y', { start: 3, index: 4 });
    expect(broken(endingWith([forwarded, overlapping], { 'plain/k': 'x' }))).toEqual(KEPT);
    expect(broken(endingWith([forwarded, overlapping], { 'plain/k': 'y' }))).toEqual(KEPT);
  });

  describe('of a versioned register', () => {
    const [one, two] = [
      write('x', { start: 0, index: 1, version: 1 }),
      write('y', { start: 10, index: 2, version: 2 }),
    ];
    const ending = (versions: [number, string | undefined][], operations = [one, two]) =>
      historyOf(operations, {
        holdings: new Map([['a', new Map([['plain/k', { value: 'y', version: 2, versions: new Map(versions) }]])]]),
      });
    it('holds when every version is there', () =>
      expect(
        broken(
          ending([
            [1, 'x'],
            [2, 'y'],
          ]),
        ),
      ).toEqual(KEPT));
    it('is broken when an earlier version is gone', () => expect(broken(ending([[2, 'y']]))).toEqual(LOST));
    it('is broken when an earlier version holds something else', () =>
      expect(
        broken(
          ending([
            [1, 'y'],
            [2, 'y'],
          ]),
        ),
      ).toEqual(LOST));
    it('is broken when a version is deleted that nobody deleted', () =>
      expect(
        broken(
          ending([
            [1, undefined],
            [2, 'y'],
          ]),
        ),
      ).toEqual(LOST));
    it('holds when somebody may have deleted it', () => {
      expect(
        broken(
          ending(
            [
              [1, undefined],
              [2, 'y'],
            ],
            [one, remove({ start: 6, outcome: 'unknown' }), two],
          ),
        ),
      ).toEqual(KEPT);
    });
  });
});

describe('fenced writes have no effect', () => {
  const fenced = write('f', { start: 20, index: 3 });
  const aside = { quarantined: [{ cluster: 'a', index: 3, key: 'plain/k', time: 22 }] };

  it('holds when nothing of them is there', () =>
    expect(broken(endingWith([first, fenced], { 'plain/k': 'x' }, aside))).toEqual(KEPT));
  it('does not excuse what is neither there nor kept aside', () => {
    const another = { quarantined: [{ cluster: 'a', index: 9, key: 'plain/other', time: 22 }] };
    expect(broken(endingWith([first, fenced], { 'plain/k': 'x' }, another))).toEqual(['no acknowledged write is lost']);
  });
  it("takes a forwarded write for kept aside when its time and register are a quarantined one's", () => {
    const forwarded = write('f', { start: 20, index: 7, era: undefined, ...AT_B });
    expect(broken(endingWith([first, forwarded], { 'plain/k': 'x' }, aside))).toEqual(KEPT);
    const earlier = { quarantined: [{ cluster: 'a', index: 3, key: 'plain/k', time: -500 }] };
    expect(broken(endingWith([first, forwarded], { 'plain/k': 'x' }, earlier))).toEqual([
      'no acknowledged write is lost',
    ]);
  });
  it('lets a deletion be seen until its primary was fenced, and not in the end', () => {
    const gone = remove({ start: 20, index: 3 });
    const seen = [first, read('x', { start: 10, ...AT_B }), gone, read(undefined, { start: 30, ...AT_B })];
    expect(broken(endingWith(seen, { 'plain/k': 'x' }, aside))).toEqual(KEPT);
    expect(broken(endingWith(seen, { 'plain/k': undefined }, aside))).toEqual(['no acknowledged write is lost']);
  });
  it('does not owe a deletion that found nothing because of one that was kept aside', () => {
    const [gone, nothing] = [remove({ start: 20, index: 3 }), remove({ start: 30 })];
    expect(broken(endingWith([first, gone, nothing], { 'plain/k': 'x' }, aside))).toEqual(KEPT);
    expect(broken(endingWith([first, remove({ start: 20, index: 2 })], { 'plain/k': 'x' }, aside))).toEqual([
      'no acknowledged write is lost',
    ]);
    expect(broken(endingWith([first, remove({ start: 10 }), gone], { 'plain/k': 'x' }, aside))).toEqual([
      'no acknowledged write is lost',
    ]);
    expect(broken(endingWith([first, gone, remove({ start: 30, ...AT_B })], { 'plain/k': 'x' }, aside))).toEqual([
      'no acknowledged write is lost',
    ]);
  });
  it('is broken when one is there', () =>
    expect(broken(endingWith([first, fenced], { 'plain/k': 'f' }, aside))).toContain('fenced writes have no effect'));
  it('is broken when one is an old version', () => {
    const registers = new Map([['plain/k', { value: 'y', version: 2, versions: new Map([[1, 'f']]) }]]);
    const history = historyOf([fenced], { holdings: new Map([['a', registers]]), ...aside });
    expect(broken(history)).toContain('fenced writes have no effect');
  });
});

describe('check-and-set is won once', () => {
  const WON = ['check-and-set is won once'];
  const versions = (...operations: Parameters<typeof historyOf>[0]) => broken(historyOf(operations));

  it('holds for one winner', () =>
    expect(
      versions(
        write('x', { start: 0, index: 1, cas: 0, version: 1 }),
        write('y', { start: 0, cas: 0, outcome: 'refused' }),
      ),
    ).toEqual(KEPT));
  it('is broken by two winners', () =>
    expect(
      versions(
        write('x', { start: 0, index: 1, cas: 0, version: 1 }),
        write('y', { start: 0, index: 2, cas: 0, version: 1 }),
      ),
    ).toEqual(WON));
  it('is broken by a version given twice', () =>
    expect(
      versions(write('x', { start: 0, index: 1, version: 1 }), write('y', { start: 9, index: 2, version: 1 })),
    ).toEqual(WON));
  it('is broken by winning against another version than was named', () =>
    expect(versions(write('x', { start: 0, index: 1, cas: 3, version: 5 }))).toEqual(WON));
  it('lets a fenced winner be beaten', () => {
    const operations = [
      write('x', { start: 0, index: 3, version: 1 }),
      write('y', { start: 9, index: 3, version: 1, ...AT_B }),
    ];
    expect(
      broken(historyOf(operations, { quarantined: [{ cluster: 'a', index: 3, key: 'plain/k', time: 2 }] })),
    ).toEqual(KEPT);
  });
});

describe('a value seen was written', () => {
  const SEEN = 'a value seen was written';
  it('holds for what was written, and for nothing', () =>
    expect(broken(historyOf([read(undefined, { start: -9, ...AT_B }), first, read('x', { start: 9 })]))).toEqual(KEPT));
  it('is broken by what nobody wrote', () =>
    expect(broken(historyOf([first, read('z', { start: 9, ...AT_B })]))).toEqual([SEEN]));
  it('is broken by what was refused', () =>
    expect(broken(historyOf([write('z', { start: 0, outcome: 'refused' }), read('z', { start: 9 })]))).toEqual([SEEN]));
  it('is broken by what is written later', () =>
    expect(broken(historyOf([read('x', { start: -9 }), first]))).toContain(SEEN));
  it("is broken by a version that was another write's", () => {
    expect(
      broken(historyOf([write('x', { start: 0, index: 1, version: 1 }), read('x', { start: 9, version: 2 })])),
    ).toEqual([SEEN]);
  });
});

describe('a reader never goes back', () => {
  const BACK = 'a reader never goes back';
  const at = (value: string | undefined, start: number, more = {}) => read(value, { start, ...AT_B, ...more });

  it('holds in order, however late', () =>
    expect(broken(historyOf([first, second, at('x', 100), at('x', 110), at('y', 120)]))).toEqual(KEPT));
  it('is broken in reverse', () =>
    expect(broken(historyOf([first, second, at('y', 100), at('x', 110)]))).toEqual([BACK]));
  it('is broken by an absence without a deletion', () =>
    expect(broken(historyOf([first, at('x', 100), at(undefined, 110)]))).toEqual([BACK]));
  it('is broken by a value that comes again', () => {
    const unordered = [write('x', { start: 0, outcome: 'unknown' }), write('y', { start: 0, outcome: 'unknown' })];
    expect(broken(historyOf([...unordered, at('x', 100), at('y', 110), at('x', 120)]))).toEqual([BACK]);
  });
  it('is broken by a deleted value that comes again', () => {
    expect(
      broken(historyOf([first, remove({ start: 10, index: 2 }), at('x', 100), at(undefined, 110), at('x', 120)])),
    ).toEqual([BACK]);
  });
  it('compares versions, whoever wrote them', () => {
    const unknown = [
      write('x', { start: 0, outcome: 'unknown' }),
      write('y', { start: 0, outcome: 'unknown' }),
      write('z', { start: 0, index: 5, version: 2 }),
    ];
    expect(broken(historyOf([...unknown, at('z', 100, { version: 2 }), at('x', 110, { version: 1 })]))).toEqual([BACK]);
  });
  it('does not compare what overlaps, nor clusters, nor eras', () => {
    expect(broken(historyOf([first, second, at('y', 100), at('x', 103)]))).toEqual(KEPT);
    expect(broken(historyOf([first, second, at('y', 100), at('x', 110, { cluster: 'c' })]))).toEqual(KEPT);
    expect(broken(historyOf([first, second, at('y', 100), at('x', 110, { era: 1 })]))).toEqual(KEPT);
  });
});

describe('reads are fresh', () => {
  const FRESH = ['reads are fresh'];

  it('is broken by a primary that does not show what it acknowledged', () => {
    expect(broken(historyOf([first, second, read('x', { start: 20 })]))).toEqual(FRESH);
    expect(broken(historyOf([first, read(undefined, { start: 20 })]))).toEqual(FRESH);
    expect(broken(historyOf([first, second, read('x', { start: 12 })]))).toEqual(KEPT);
  });
  it('lets a secondary be late, but not when the client names the state', () => {
    expect(broken(historyOf([first, second, read('x', { start: 20, ...AT_B })]))).toEqual(KEPT);
    expect(broken(historyOf([first, second, read('x', { start: 20, stated: 1, ...AT_B })]))).toEqual(KEPT);
    expect(broken(historyOf([first, second, read('x', { start: 20, stated: 2, ...AT_B })]))).toEqual(FRESH);
    expect(
      broken(historyOf([first, second, read('x', { start: 20, stated: 2, outcome: 'refused', ...AT_B })])),
    ).toEqual(KEPT);
  });
  it('does not expect of a state what began after the read, with an index that a lost primary had given out before', () => {
    expect(
      broken(historyOf([first, read('x', { start: 20, stated: 5 }), write('y', { start: 30, index: 4 })])),
    ).toEqual(KEPT);
  });
  it('is broken by a secondary that does not show the forwarded write it waited for', () => {
    const forwarded = (applied: boolean) => write('y', { start: 10, index: 2, applied, ...AT_B });
    expect(broken(historyOf([first, forwarded(true), read('x', { start: 20, ...AT_B })]))).toEqual(FRESH);
    expect(broken(historyOf([first, forwarded(false), read('x', { start: 20, ...AT_B })]))).toEqual(KEPT);
    expect(broken(historyOf([first, forwarded(true), read('x', { start: 20, ...AT_B, cluster: 'c' })]))).toEqual(KEPT);
  });
});

describe('clusters agree', () => {
  const holding = (b: string | undefined) =>
    historyOf([], {
      holdings: new Map([
        ['a', new Map([['plain/k', { value: 'x' }]])],
        ['b', new Map([['plain/k', { value: b }]])],
      ]),
    });
  it('holds when they do', () => expect(broken(holding('x'))).toEqual(KEPT));
  it('is broken by another value, or none', () =>
    expect([broken(holding('y')), broken(holding(undefined))]).toEqual([['clusters agree'], ['clusters agree']]));
});

describe('what is local stays local', () => {
  const token = { cluster: 'b', accessor: 'acc', cubbyhole: true, knownAt: ['b'], cubbyholeAt: ['b'] };
  const fate = (more: Partial<typeof token>) => broken(historyOf([], { tokens: [{ ...token, ...more }] }));
  it('holds for a token known where it was made', () =>
    expect([fate({}), fate({ cubbyhole: false, cubbyholeAt: [] })]).toEqual([KEPT, KEPT]));
  it.each([[{ knownAt: ['b', 'a'] }], [{ cubbyholeAt: ['b', 'c'] }], [{ knownAt: [] }], [{ cubbyholeAt: [] }]])(
    'is broken by %j',
    (more) => {
      expect(fate(more)).toEqual(['what is local stays local']);
    },
  );
});
