import { Lockout } from './lockout';

const MINUTE = 60_000;
const locked = { code: 'PERMISSION_DENIED', status: 403 };

describe('Lockout', () => {
  const failedTimes = (times: number, lockout = new Lockout()) => {
    for (let i = 0; i < times; i++) lockout.failed('u', i);
    return lockout;
  };

  it('locks a name after five failures, for 15 minutes from the last', () => {
    const lockout = failedTimes(5);
    expect(() => lockout.check('u', 5)).toThrow(expect.objectContaining(locked));
    expect(() => lockout.check('u', 4 + 15 * MINUTE - 1)).toThrow();
    expect(() => lockout.check('u', 4 + 15 * MINUTE)).not.toThrow();
    expect(() => lockout.check('v', 5)).not.toThrow();
  });

  it('counts anew after a success, and after 15 quiet minutes', () => {
    const lockout = failedTimes(4);
    lockout.succeeded('u');
    expect(() => failedTimes(4, lockout).check('u', 9)).not.toThrow();
    const quiet = failedTimes(4);
    quiet.failed('u', 20 * MINUTE);
    expect(() => quiet.check('u', 20 * MINUTE)).not.toThrow();
  });
});
