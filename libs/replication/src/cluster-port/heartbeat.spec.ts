import { type HeartbeatCall, heartbeatIn, LONGEST_DELAY_MS } from './heartbeat';

const CALL: HeartbeatCall = {
  apiAddr: 'https://us:8200',
  clusterAddr: '',
  appliedIndex: 10,
  time: 1.5,
  lastRoundTripMs: -1,
  canaryAgeMs: -20,
};

describe('a heartbeat as a secondary sends it', () => {
  it('is taken, without what it has besides', () => {
    expect(heartbeatIn({ ...CALL, at: 7, more: {} })).toEqual(CALL);
    expect(heartbeatIn({ ...CALL, keyUse: { term: 1, encryptions: 5, more: 1 } })).toEqual({
      ...CALL,
      keyUse: { term: 1, encryptions: 5 },
    });
    const delays = { last: 1, p50: 2, p99: 3, max: LONGEST_DELAY_MS };
    const lag = { lagMs: 0, applyDelayMs: delays, recentDelayMs: { p50: 2, max: 3 } };
    expect(heartbeatIn({ ...CALL, ...lag, applyDelayMs: { ...delays, more: 1 } })).toEqual({ ...CALL, ...lag });
    expect(heartbeatIn({ ...CALL, apiAddr: 'x'.repeat(2048) }).apiAddr).toHaveLength(2048);
  });

  const poison = { toString: 1, valueOf: 1 };
  const delays = { last: 1, p50: 2, p99: 3, max: 4 };
  it.each([
    ['nothing', null],
    ['undefined', undefined],
    ['a text', 'x'],
    ['a list', []],
    ['bytes', Buffer.from('x')],
    ['empty', {}],
    ['inherited', Object.create(CALL)],
    ['an age that is an object', { ...CALL, canaryAgeMs: poison }],
    ['an age that is a BigInt', { ...CALL, canaryAgeMs: 2n ** 60n }],
    ['an age without end', { ...CALL, canaryAgeMs: Infinity }],
    ['a time that is none', { ...CALL, time: NaN }],
    ['a round trip that is a text', { ...CALL, lastRoundTripMs: '20' }],
    ['an index that is none', { ...CALL, appliedIndex: NaN }],
    ['a negative index', { ...CALL, appliedIndex: -1 }],
    ['a broken index', { ...CALL, appliedIndex: 1.5 }],
    ['a long address', { ...CALL, apiAddr: 'x'.repeat(2049) }],
    ['an address that is an object', { ...CALL, clusterAddr: poison }],
    ['no use of a key', { ...CALL, keyUse: null }],
    ['a use that is a text', { ...CALL, keyUse: { term: 1, encryptions: '5' } }],
    ['a use of no key', { ...CALL, keyUse: { encryptions: 5 } }],
    ['a lag without end', { ...CALL, lagMs: Infinity }],
    ['a lag that is none', { ...CALL, lagMs: NaN }],
    ['a lag that is an object', { ...CALL, lagMs: poison }],
    ['a negative lag', { ...CALL, lagMs: -1 }],
    ['a lag longer than all history', { ...CALL, lagMs: LONGEST_DELAY_MS + 1 }],
    ['delays that are a text', { ...CALL, applyDelayMs: '5' }],
    ['delays without one of them', { ...CALL, applyDelayMs: { last: 1, p50: 2, max: 4 } }],
    ['a negative delay', { ...CALL, applyDelayMs: { ...delays, last: -1 } }],
    ['a delay without end', { ...CALL, applyDelayMs: { ...delays, max: Infinity } }],
    ['inherited delays', { ...CALL, applyDelayMs: Object.create(delays) as object }],
    ['no delays', { ...CALL, recentDelayMs: null }],
    ['a delay that is a BigInt', { ...CALL, recentDelayMs: { p50: 2n, max: 3 } }],
  ])('is refused when it is none: %s', (_, sent) => {
    expect(() => heartbeatIn(sent)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        status: 400,
        message: expect.stringContaining('not a body of heartbeat'),
      }),
    );
  });
});
