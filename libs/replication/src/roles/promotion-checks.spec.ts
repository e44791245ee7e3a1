import { promotionChecks } from './promotion-checks';
import type { SecondaryRole } from './secondary-role';

const checksOf = (streamName: string, highWatermark = async () => '8', state: object = {}) => promotionChecks({
  secondary: { streamName, primary: undefined, stream: undefined, role: { epoch: 1 }, ...state } as unknown as SecondaryRole,
  store: { position: () => ({ localIndex: 9, replicatedIndex: 9 }), streamPosition: async () => ({ epoch: 1, index: 9, digest: Buffer.alloc(32), brokerOffset: '7' }) },
  consumer: { highWatermark },
  topic: 'topic',
  explain: (error) => `at the broker: ${(error as Error).message}`,
});

describe('promotionChecks', () => {
  it('pass on a cluster that has everything and no primary', async () => {
    expect((await checksOf('full')).map(({ name, passed }) => [name, passed])).toEqual([['primary-gone', true], ['in-step', true], ['broker', true]]);
  });

  it('tell why the stream cannot be read', async () => {
    const checks = await checksOf('full', async () => Promise.reject(new Error('no')));
    expect(checks.at(-1)).toEqual({ name: 'broker', passed: false, detail: 'the stream cannot be read: at the broker: no' });
  });

  it('fail on a cluster that stands in an epoch of another than its primary', async () => {
    const checks = await checksOf('full', undefined, { role: { epoch: 2, primaryEpoch: 1 } });
    expect(checks[1]).toEqual({ name: 'in-step', passed: false, detail: expect.stringContaining('another cluster has begun epoch 2') });
  });

  it('fail on a cluster that a paths filter keeps something from', async () => {
    expect((await checksOf('a1e81cf64de5b6cc'))[0]).toEqual({ name: 'unfiltered', passed: false, detail: expect.stringContaining('has a paths filter and so not all of the data') });
  });
});
