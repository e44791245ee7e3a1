import { IndexBounds } from './bounds';
import { AT_B, write } from './hand-made.testing';

describe('where a change took place', () => {
  it('is known exactly when the primary said so', () => {
    const change = write('x', { start: 0, index: 7 });
    expect(new IndexBounds([change]).of(change)).toEqual({ least: 7, most: 7 });
  });

  it('is bounded by what was told before and after, when it was forwarded', () => {
    const before = write('x', { start: 0, index: 7 });
    const forwarded = write('y', { start: 10, index: 20, ...AT_B });
    const after = write('z', { start: 30, index: 12 });
    const bounds = new IndexBounds([before, forwarded, after]);
    expect(bounds.of(forwarded)).toEqual({ least: 8, most: 11 });
  });

  it('has no upper bound while nobody saw it', () => {
    const unknown = write('y', { start: 10, outcome: 'unknown' });
    const bounds = new IndexBounds([write('x', { start: 0, index: 7 }), unknown, write('z', { start: 30, index: 12 })]);
    expect(bounds.of(unknown)).toEqual({ least: 8, most: Infinity });
    expect(bounds.of(unknown, 20)).toEqual({ least: 8, most: 11 });
  });

  it('learns nothing from what overlaps', () => {
    const one = write('x', { start: 0, index: 7 });
    const overlapping = write('y', { start: 3, outcome: 'unknown' });
    expect(new IndexBounds([one, overlapping, write('z', { start: 8, index: 9 })]).of(overlapping, 8)).toEqual({
      least: 1,
      most: Infinity,
    });
  });
});
