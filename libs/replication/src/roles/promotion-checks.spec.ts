import type { LocalReader, Store } from '@tidelock/store';
import { promotionChecks } from './promotion-checks';
import type { SecondaryRole } from '../secondary/secondary-role';

const stored = (credentials: object, note?: object): LocalReader =>
  ({
    row: async (_table: string, key: string) => {
      const value = key === 'replication/sync' ? note : credentials;
      return value && { key, value: Buffer.from(JSON.stringify(value)) };
    },
  }) as unknown as LocalReader;
const noMembers = { keys: async () => [] } as unknown as Store['replicated'];

const checksOf = (
  streamName: string,
  highWatermark = async () => '8',
  state: object = {},
  credentials: object = { streamKeys: [] },
  note?: object,
) =>
  promotionChecks({
    secondary: {
      streamName,
      primary: undefined,
      stream: undefined,
      role: { epoch: 1 },
      ...state,
    } as unknown as SecondaryRole,
    store: {
      position: () => ({ localIndex: 9, replicatedIndex: 9 }),
      streamPosition: async () => ({ epoch: 1, index: 9, digest: Buffer.alloc(32), brokerOffset: '7' }),
      local: stored(credentials, note),
      replicated: noMembers,
    },
    consumer: {
      highWatermark,
      isEmpty: async () => false,
      subscribe: async () => Promise.reject(new Error('there is nothing to read')),
    },
    topic: 'topic',
    explain: (error) => `at the broker: ${(error as Error).message}`,
  });

describe('promotionChecks', () => {
  it('pass on a cluster that has everything and no primary', async () => {
    expect((await checksOf('full')).map(({ name, passed }) => [name, passed])).toEqual([
      ['primary-gone', true],
      ['in-step', true],
      ['broker', true],
    ]);
  });

  it('tell why the stream cannot be read', async () => {
    const checks = await checksOf('full', async () => Promise.reject(new Error('no')));
    expect(checks.at(-1)).toEqual({
      name: 'broker',
      passed: false,
      detail: 'the stream cannot be read: at the broker: no',
    });
  });

  it('fail on a cluster that stands in an epoch of another than its primary', async () => {
    const checks = await checksOf('full', undefined, { role: { epoch: 2, primaryEpoch: 1 } });
    expect(checks[1]).toEqual({
      name: 'in-step',
      passed: false,
      detail: expect.stringContaining('another cluster has begun epoch 2'),
    });
  });

  it('fail on a cluster that a key of the stream was not given to', async () => {
    const checks = await checksOf('full', undefined, {}, { streamKeys: [], lacksKeyAfter: 5 });
    expect(checks[1]).toEqual({
      name: 'in-step',
      passed: false,
      detail: expect.stringContaining('a key that was not given to this cluster'),
    });
  });

  it('fail on a cluster that knows that it differs from its primary', async () => {
    const status = () => ({
      state: 'stream-wals',
      poison: undefined,
      difference: { reason: 'a record cannot be stored here', keys: ['entry/m/a'] },
    });
    const checks = await checksOf('full', undefined, { stream: { status } });
    expect(checks[1]).toEqual({
      name: 'in-step',
      passed: false,
      detail: 'this cluster differs from its primary: a record cannot be stored here',
    });
  });

  it.each([
    [
      { phase: 'done', fuzzyUntil: 0, difference: { reason: 'a record is damaged', keys: [] } },
      'this cluster differs from its primary: a record is damaged',
    ],
    [{ phase: 'due' }, 'a comparison with the primary is due, and was not made'],
  ])('fail on one that has no primary any more, and was left with %j', async (note, detail) => {
    expect((await checksOf('full', undefined, {}, undefined, note))[1]).toEqual({
      name: 'in-step',
      passed: false,
      detail,
    });
    expect((await checksOf('full', undefined, {}, undefined, { phase: 'done', fuzzyUntil: 0 }))[1]).toMatchObject({
      passed: true,
    });
  });

  it('fail on a cluster that a paths filter keeps something from', async () => {
    expect((await checksOf('a1e81cf64de5b6cc'))[0]).toEqual({
      name: 'unfiltered',
      passed: false,
      detail: expect.stringContaining('has a paths filter and so not all of the data'),
    });
  });
});
