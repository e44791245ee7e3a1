import type { UserLockoutConfig } from '@tidelock/engine-api';
import { Lockout } from './lockout';

const MINUTE = 60_000;
const locked = { code: 'PERMISSION_DENIED', status: 403 };

describe('Lockout', () => {
  const failedTimes = (times: number, config?: UserLockoutConfig, lockout = new Lockout()) => {
    for (let i = 0; i < times; i++) lockout.failed({ name: 'u', config, now: i });
    return (now: number, name = 'u') => () => lockout.check({ name, config, now });
  };

  it('locks a name after five failures, for 15 minutes from the last', () => {
    const check = failedTimes(5);
    expect(check(5)).toThrow(expect.objectContaining(locked));
    expect(check(4 + 15 * MINUTE - 1)).toThrow();
    expect(check(4 + 15 * MINUTE)).not.toThrow();
    expect(check(5, 'v')).not.toThrow();
  });

  it('counts anew after a success, and after 15 quiet minutes', () => {
    const lockout = new Lockout();
    failedTimes(4, {}, lockout);
    lockout.succeeded({ name: 'u' });
    expect(failedTimes(4, {}, lockout)(9)).not.toThrow();
    lockout.failed({ name: 'u', now: 20 * MINUTE });
    expect(() => lockout.check({ name: 'u', now: 20 * MINUTE })).not.toThrow();
  });

  it('goes by the mount\'s settings', () => {
    const two = failedTimes(2, { lockout_threshold: 2, lockout_duration: 60 });
    expect(two(2)).toThrow();
    expect(two(1 + MINUTE)).not.toThrow();
    expect(failedTimes(9, { lockout_disable: true })(9)).not.toThrow();
    expect(failedTimes(5, { lockout_threshold: 0, lockout_duration: 0 })(5)).toThrow();
  });

  it('forgets failures after the reset time, a lock only after its own', () => {
    const config = { lockout_threshold: 2, lockout_counter_reset_duration: 60, lockout_duration: 600 };
    const lockout = new Lockout();
    for (const now of [0, MINUTE]) lockout.failed({ name: 'u', config, now });
    expect(() => lockout.check({ name: 'u', config, now: MINUTE })).not.toThrow();
    lockout.failed({ name: 'u', config, now: MINUTE });
    expect(() => lockout.check({ name: 'u', config, now: 10 * MINUTE })).toThrow();
  });
});
