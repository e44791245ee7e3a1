import { mutationsOf, quarantinedIn, reasonFor } from './quarantine';

describe('the quarantine', () => {
  it('is read from whatever the API answers', () => {
    expect([undefined, {}, { mutations: 'x' }].map(quarantinedIn)).toEqual([[], [], []]);
    expect(
      quarantinedIn({ mutations: [{ index: 7, epoch: 1, time: 't', path: 'kv/a', request_id: 'r' }, null] }),
    ).toEqual([
      { index: 7, epoch: 1, time: 't', path: 'kv/a', request_id: 'r' },
      { index: Number.NaN, epoch: Number.NaN, time: '', path: '', request_id: '' },
    ]);
  });

  it('says why it is there', () => {
    const [one] = quarantinedIn({ mutations: [{ index: 7, epoch: 3 }] });
    expect(reasonFor([], { epoch: 1, by_epoch: 2 })).toContain('its epoch 1 ended as epoch 2 began');
    expect(reasonFor(one ? [one, { ...one, epoch: 1 }] : [], undefined)).toContain('the primary in epoch 1, 3,');
    expect([1, 2].map(mutationsOf)).toEqual(['1 mutation', '2 mutations']);
  });
});
