import type { KnownSecondary, PrimaryStatus } from '@tidelock/api-answers';
import { lagWords, rootsOf, worstLag } from './positions';

const secondary = (change: Partial<KnownSecondary> = {}): KnownSecondary =>
  ({
    connection_status: 'connected',
    lag_mutations: 0,
    lag_seconds: 0,
    stream: 'full',
    merkle_root: 'a',
    ...change,
  }) as KnownSecondary;
const behind = secondary({ lag_mutations: 1200, lag_ms: 2600 });
const ofEarlierBuild = secondary({ lag_mutations: 7, lag_seconds: 3 });
const flowing = secondary({ lag_ms: 47 });
const away = secondary({ connection_status: 'disconnected', lag_mutations: 9, lag_seconds: 90 });

describe('where the secondaries stand', () => {
  it('is told of each', () => {
    expect([secondary(), flowing, behind, ofEarlierBuild, away].map(lagWords)).toEqual([
      'in step',
      '47 ms',
      '2.6 s · 1,200 behind',
      '3.0 s · 7 behind',
      'disconnected · 9 behind',
    ]);
  });

  it('is told of the worst that is connected, with those that are not apart', () => {
    expect(worstLag([])).toEqual({ text: '–', note: 'No secondary has joined.' });
    expect(worstLag([away])).toEqual({ text: '–', note: '1 disconnected' });
    expect(worstLag([secondary(), away])).toEqual({ text: '0 ms', note: '1 in step · 1 disconnected' });
    expect(worstLag([secondary(), behind])).toEqual({ text: '2.6 s', note: '1,200 mutations behind' });
  });

  it('compares the states of those in step alone', () => {
    const status = (...secondaries: KnownSecondary[]) =>
      ({ merkle_root: 'a', secondaries }) as unknown as PrimaryStatus;
    expect(rootsOf(status(secondary(), secondary({ merkle_root: 'b', stream: 'f-1' }))).word).toBe('agree');
    expect(rootsOf(status(secondary(), secondary({ merkle_root: 'b' }))).word).toBe('differ');
    expect(rootsOf(status(behind, away)).word).toBe('not compared');
  });
});
