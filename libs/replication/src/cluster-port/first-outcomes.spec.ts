import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TidelockError } from '@tidelock/kernel';
import { FirstOutcomes } from './first-outcomes';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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
    outcomes.dropOld();
    expect(await outcomes.once('a', async () => 2)).toBe(2);
    for (let at = 0; at < 1000; at += 1) await outcomes.once(`more ${at}`, async () => at);
    expect(await outcomes.once('a', async () => 3)).toBe(3);
  });

  it('forgets each when its minute is over, and starts no timer', async () => {
    const outcomes = new FirstOutcomes();
    for (const id of ['a', 'b', 'c']) {
      await outcomes.once(id, async () => id);
      jest.advanceTimersByTime(20_000);
    }
    const known = () => {
      outcomes.dropOld();
      return ['a', 'b', 'c'].filter((id) => outcomes.of(id) !== undefined);
    };
    expect(known()).toEqual(['b', 'c']);
    jest.advanceTimersByTime(20_000);
    expect(known()).toEqual(['c']);
    jest.advanceTimersByTime(20_000);
    expect([known(), jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('keeps 16 MiB of answers, the newest, and none that is larger', async () => {
    const outcomes = new FirstOutcomes();
    const half = Buffer.alloc(8 * 1024 * 1024 - 100);
    for (const id of ['a', 'b']) await outcomes.once(id, async () => half);
    await outcomes.once('huge', async () => Buffer.concat([half, half, half]));
    const known = () => ['a', 'b', 'huge', 'c'].filter((id) => outcomes.of(id) !== undefined);
    expect(known()).toEqual(['a', 'b']);
    const refuse = () => Promise.reject(new TidelockError('PERMISSION_DENIED', 'x'.repeat(1000)));
    await outcomes.once('c', refuse).catch(() => undefined);
    expect(known()).toEqual(['b', 'c']);
  });

  it('keeps what is worth it, and while it is under way all', async () => {
    const outcomes = new FirstOutcomes();
    const read = outcomes.once(
      'read',
      async () => 1,
      () => false,
    );
    expect(await outcomes.of('read')).toBe(await read);
    expect(outcomes.of('read')).toBeUndefined();
    const refuse = () => Promise.reject(new TidelockError('PERMISSION_DENIED'));
    await expect(outcomes.once('read', refuse, () => false)).rejects.toMatchObject({ status: 403 });
    expect(outcomes.of('read')).toBeUndefined();
  });

  it('holds nothing of what it has forgotten, and of nothing once it has ended', async () => {
    jest.useRealTimers();
    const outcomes = new FirstOutcomes();
    const answers: WeakRef<object>[] = [];
    const answer = async (): Promise<object> => {
      const made = { secret: 'x' };
      answers.push(new WeakRef(made));
      return made;
    };
    const alive = async (): Promise<number> => {
      for (let turn = 0; turn < 5; turn += 1) {
        await new Promise(setImmediate);
        collectGarbage();
      }
      return answers.filter((made) => made.deref() !== undefined).length;
    };
    for (let at = 0; at < 1500; at += 1) await outcomes.once(`${at}`, answer);
    expect(await alive()).toBeLessThanOrEqual(1001);
    let finish: () => void = () => undefined;
    const late = outcomes.once('late', () => new Promise<void>((resolve) => (finish = resolve)).then(answer));
    outcomes.end();
    finish();
    await late;
    await outcomes.once('later', answer);
    expect(await alive()).toBeLessThanOrEqual(2);
    expect(['0', '1499', 'late', 'later'].map((id) => outcomes.of(id))).toEqual(Array(4).fill(undefined));
  });
});
