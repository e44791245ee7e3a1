import { systemTimers } from './timers';

describe('the timers of the system', () => {
  afterEach(() => jest.useRealTimers());

  it('wait longer than one timer of the system can, and can be cancelled', () => {
    jest.useFakeTimers();
    const month = 30 * 86_400_000;
    const [called, cancelled] = [jest.fn(), jest.fn()];
    systemTimers.after(month, called);
    const cancel = systemTimers.after(month, cancelled);
    jest.advanceTimersByTime(month - 1);
    expect(called).not.toHaveBeenCalled();
    cancel();
    jest.advanceTimersByTime(1);
    expect([called.mock.calls.length, cancelled.mock.calls.length]).toEqual([1, 0]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
