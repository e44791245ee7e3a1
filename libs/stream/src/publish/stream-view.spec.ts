import { fullView } from './stream-view';

describe('The view of the full stream', () => {
  it('passes a row on as it is, without a look into it', () => {
    const row = { index: 3, epoch: 1, kind: 'mutation', time: 1, body: Buffer.from('no mutation at all'), cause: '' };
    const viewed = fullView.view(row, fullView.recall(''));
    expect(viewed.message?.body).toBe(row.body);
    expect(viewed.memory).toBe(fullView.recall(''));
  });

  it('refuses a row of a kind that it does not know', () => {
    expect(() =>
      fullView.view(
        { index: 3, epoch: 1, kind: 'riddle', time: 1, body: Buffer.alloc(0), cause: '' },
        fullView.recall(''),
      ),
    ).toThrow('journal row 3 is of an unknown kind: riddle');
  });
});
