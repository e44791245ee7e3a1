import { systemTimers } from './timers';

describe('the timers of the system', () => {
  afterEach(() => jest.useRealTimers());

  it('call back within the turn where there is nothing to wait for, unless cancelled', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate'] });
    const [called, cancelled] = [jest.fn(), jest.fn()];
    systemTimers.after(0, called);
    systemTimers.after(0, cancelled)();
    await new Promise(setImmediate);
    expect([called.mock.calls.length, cancelled.mock.calls.length]).toEqual([1, 0]);
  });

  it('let the process sleep for nothing before a call that is due', () => {
    const turns = jest.spyOn(global, 'setImmediate');
    const cancel = systemTimers.after(0, () => undefined);
    expect((turns.mock.results[0]?.value as NodeJS.Immediate).hasRef()).toBe(true);
    cancel();
    turns.mockRestore();
  });

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
