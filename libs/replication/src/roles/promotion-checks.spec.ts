import { promotionChecks } from './promotion-checks';
import type { SecondaryRole } from './secondary-role';

const checksOf = (streamName: string) => promotionChecks({
  secondary: { streamName, primary: undefined, stream: undefined } as unknown as SecondaryRole,
  store: { position: () => ({ localIndex: 9, replicatedIndex: 9 }), streamPosition: async () => ({ epoch: 1, index: 9, digest: Buffer.alloc(32), brokerOffset: '7' }) },
  consumer: { highWatermark: async () => '8' },
  topic: 'topic',
});

describe('promotionChecks', () => {
  it('pass on a cluster that has everything and no primary', async () => {
    expect((await checksOf('full')).map(({ name, passed }) => [name, passed])).toEqual([['primary-gone', true], ['in-step', true], ['broker', true]]);
  });

  it('fail on a cluster that a paths filter keeps something from', async () => {
    expect((await checksOf('a1e81cf64de5b6cc'))[0]).toEqual({ name: 'unfiltered', passed: false, detail: expect.stringContaining('has a paths filter and so not all of the data') });
  });
});
