import { type HeartbeatCall, heartbeatIn } from './heartbeat';

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
    expect(heartbeatIn({ ...CALL, apiAddr: 'x'.repeat(2048) }).apiAddr).toHaveLength(2048);
  });

  const poison = { toString: 1, valueOf: 1 };
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
