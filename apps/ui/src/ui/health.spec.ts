import { healthOf, worstOf } from './health';

describe('the health of a state', () => {
  it.each([
    ['running', 'ok'],
    ['READY', 'ok'],
    ['stream-wals', 'ok'],
    ['merkle-diff', 'syncing'],
    ['connecting', 'syncing'],
    ['idle', 'bad'],
    ['TRANSIENT_FAILURE', 'down'],
    ['shutdown', 'down'],
    ['', 'unknown'],
    ['something new', 'unknown'],
    ['toString', 'unknown'],
  ])('of "%s" is %s', (word, health) => {
    expect(healthOf(word)).toBe(health);
  });

  it('is the worst of several', () => {
    expect(worstOf('ok', 'down', 'syncing')).toBe('down');
    expect(worstOf('ok', 'syncing')).toBe('syncing');
    expect(worstOf()).toBe('unknown');
  });
});
