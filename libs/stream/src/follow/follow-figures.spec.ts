import { EventEmitter } from 'node:events';
import type { Applier } from '../apply/applier';
import { FollowFigures } from './follow-figures';

describe('FollowFigures', () => {
  let now: number;
  let applier: EventEmitter;
  let figures: FollowFigures;

  beforeEach(() => {
    now = 1_000_000;
    applier = new EventEmitter();
    figures = new FollowFigures(applier as unknown as Applier, { now: () => now });
  });

  it('tell how many mutations are applied in a second, and forget it when nothing is', () => {
    expect(figures.applyRate()).toBe(0);
    for (let at = 0; at < 20; at += 1) {
      applier.emit('applied', { mutations: 5 });
      now += 100;
    }
    expect(figures.mutations).toBe(100);
    expect(figures.applyRate()).toBe(50);
    now += 10_001;
    expect(figures.applyRate()).toBe(0);
  });

  it('count refusals by reason', () => {
    for (const reason of ['forged', 'bad-format', 'forged']) applier.emit('refused', { reason });
    expect([...figures.refused]).toEqual([
      ['forged', 2],
      ['bad-format', 1],
    ]);
  });

  it('count what was found and what was healed, several findings being healed at once', () => {
    figures.following();
    expect(figures.healed).toBe(0);
    figures.left('gap');
    figures.left('gap');
    figures.following();
    figures.left('diverged');
    expect([...figures.found]).toEqual([
      ['gap', 2],
      ['diverged', 1],
    ]);
    expect(figures.healed).toBe(1);
  });
});
