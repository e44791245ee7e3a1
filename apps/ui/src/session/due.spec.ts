import { dueFor } from './due';
import type { Session } from './session';

const MINUTE = 60_000;
const session: Session = {
  token: 't',
  name: 'n',
  expires: 60 * MINUTE,
  ttlSeconds: 3600,
  renewable: true,
  madeHere: true,
};

describe('a session', () => {
  it.each<[string, Partial<Session>, number, number, string | undefined]>([
    ['is left alone at first', {}, 10, 0, undefined],
    ['is renewed behind two thirds of its life', {}, 41, 1, 'renew'],
    ['is told of before it ends, where it cannot be renewed', { renewable: false }, 56, 0, 'warn'],
    ['ends with its token', {}, 60, 0, 'ended'],
    ['ends half an hour behind the last input', {}, 35, 30, 'idle'],
    ['without an end goes on', { expires: undefined as never }, 10_000, 0, undefined],
  ])('%s', (_, change, minute, idle, due) => {
    expect(dueFor({ ...session, ...change }, minute * MINUTE, idle * MINUTE)).toBe(due);
  });
});
