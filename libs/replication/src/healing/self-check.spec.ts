import { TidelockError } from '@tidelock/kernel';
import type { StoreAdmin } from '@tidelock/store';
import { BUCKETS_A_SLICE, SELF_CHECK_MS, SelfCheck } from './self-check';

describe('the check in the background', () => {
  it('passes every bucket within a day', async () => {
    const seen = new Set<number>();
    const integrity = {
      check: async (from: number, count: number) => {
        for (let bucket = from; bucket < from + count; bucket += 1) seen.add(bucket);
        return [];
      },
    } as unknown as StoreAdmin['integrity'];
    const check = new SelfCheck(integrity, async () => undefined);
    const slices = Math.floor((24 * 3_600_000) / SELF_CHECK_MS);
    for (let at = 0; at < slices; at += 1) await check.run(new AbortController().signal);
    expect([seen.size, slices * BUCKETS_A_SLICE]).toEqual([65_536, expect.any(Number)]);
  });

  it('looks again at a slice that could not be looked at, not at one that could not be repaired, and waits for no repairing at its end', async () => {
    const asked: number[] = [];
    const refusals = [new TidelockError('STORAGE_UNAVAILABLE')];
    const check = async (from: number, count: number): Promise<never[]> => {
      asked.push(from, count);
      for (const refusal of refusals.splice(0)) throw refusal;
      return [];
    };
    const looked = jest.fn(async (): Promise<void> => undefined);
    const selfCheck = new SelfCheck({ check } as unknown as StoreAdmin['integrity'], looked);
    const { signal } = new AbortController();
    await expect(selfCheck.run(signal)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    looked.mockRejectedValueOnce(new Error('the primary is away'));
    await expect(selfCheck.run(signal)).rejects.toThrow('away');
    looked.mockReturnValueOnce(new Promise(() => undefined));
    const ended = new AbortController();
    const running = selfCheck.run(ended.signal);
    await new Promise(setImmediate);
    ended.abort();
    await expect(running).rejects.toMatchObject({ code: 'SEALED' });
    const before = looked.mock.calls.length;
    await selfCheck.run(ended.signal);
    expect(looked).toHaveBeenCalledTimes(before);
    const [first, count, again, , next] = asked as [number, number, number, number, number];
    expect([again, next]).toEqual([first, (first + count) % 65_536]);
  });
});
