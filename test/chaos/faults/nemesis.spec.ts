import { Random } from '../random';
import type { Fault } from './fault';
import { Nemesis } from './nemesis';
import { nextFault } from './plan';
import { Tally } from './tally';

function faultOf(name: string, more: Partial<Fault> = {}) {
  const events: string[] = [];
  const fault: Fault = {
    name,
    weight: 1,
    targets: () => ['one', 'two'],
    parts: (target) => [target],
    seconds: [5, 60],
    inject: async (target) => void events.push(`inject ${target}`),
    heal: async (target) => void events.push(`heal ${target}`),
    ...more,
  };
  return { fault, events };
}

describe('the plan of faults', () => {
  const plan = (seed: number) => {
    const random = Random.of(seed, 1);
    const faults = ['x', 'y', 'z'].map((name) => faultOf(name).fault);
    return Array.from({ length: 50 }, () => nextFault(random, faults)).map(
      ({ fault: { name }, target, afterMs, lastsMs }) => ({ name, target, afterMs, lastsMs }),
    );
  };

  it("is the seed's", () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has every fault and target in it', () => {
    expect(new Set(plan(7).map(({ name, target }) => `${name} ${target}`)).size).toBe(6);
  });
});

describe('the nemesis', () => {
  const nemesis = (faults: readonly Fault[], tally = new Tally()) =>
    new Nemesis({ faults, random: Random.of(3), tally, gapMs: [1, 10], log: () => {} });

  it('heals everything when it is told to stop, and counts what it did', async () => {
    const { fault, events } = faultOf('x');
    const tally = new Tally();
    const stop = new AbortController();
    const running = nemesis([fault], tally).run(stop.signal);
    while (events.length < 2) await new Promise((wake) => setTimeout(wake, 20));
    stop.abort();
    await running;
    expect(events.filter((event) => event.startsWith('heal')).sort()).toEqual(['heal one', 'heal two']);
    expect(tally.total).toBe(2);
  });

  it('says which fault could not be ended', async () => {
    const { fault } = faultOf('x', {
      seconds: [0, 0],
      heal: async () => Promise.reject(new Error('it does not listen')),
    });
    await expect(nemesis([fault]).run(new AbortController().signal)).rejects.toThrow(
      /^x \((one|two)\) failed: Error: it does not listen$/,
    );
  });
});
