import { TidelockError } from '@tidelock/kernel';
import { FirstOutcomes } from './first-outcomes';

describe('FirstOutcomes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('answers a repeated id from the first outcome, good or bad, while it runs and after it', async () => {
    const outcomes = new FirstOutcomes();
    let done = 0;
    const work = async () => (done += 1);
    expect(await Promise.all([outcomes.once('a', work), outcomes.once('a', work)])).toEqual([1, 1]);
    expect(await outcomes.once('a', work)).toBe(1);
    expect(await outcomes.once('b', work)).toBe(2);
    const refuse = () => Promise.reject(new TidelockError('PERMISSION_DENIED'));
    await expect(outcomes.once('c', refuse)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(outcomes.once('c', work)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('lets what came too late, and so was not done, be tried again', async () => {
    const outcomes = new FirstOutcomes();
    await expect(
      outcomes.once('a', () => Promise.reject(new TidelockError('FORWARDED_TOO_LATE'))),
    ).rejects.toMatchObject({ status: 503 });
    expect(await outcomes.once('a', async () => 'done')).toBe('done');
  });

  it('forgets nothing that is still under way, whoever else asks', async () => {
    const outcomes = new FirstOutcomes();
    let finish: (value: number) => void = () => undefined;
    const first = outcomes.once('slow', () => new Promise<number>((resolve) => (finish = resolve)));
    for (let at = 0; at < 2000; at += 1) await outcomes.once(`more ${at}`, async () => at);
    const again = outcomes.once('slow', async () => 2);
    finish(1);
    expect(await Promise.all([first, again])).toEqual([1, 1]);
  });

  it('tells what became of an id, without doing it', async () => {
    const outcomes = new FirstOutcomes();
    expect(outcomes.of('a')).toBeUndefined();
    void outcomes.once('a', async () => 1);
    expect(await outcomes.of('a')).toBe(1);
    await outcomes.once('b', () => Promise.reject(new TidelockError('FORWARDED_TOO_LATE'))).catch(() => undefined);
    expect(outcomes.of('b')).toBeUndefined();
  });

  it('forgets', async () => {
    const outcomes = new FirstOutcomes();
    await outcomes.once('a', async () => 1);
    jest.advanceTimersByTime(60_000);
    expect(await outcomes.once('a', async () => 2)).toBe(2);
    for (let at = 0; at < 1000; at += 1) await outcomes.once(`more ${at}`, async () => at);
    expect(await outcomes.once('a', async () => 3)).toBe(3);
  });
});
