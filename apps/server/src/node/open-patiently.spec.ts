import type { StoreLocation } from '@tidelock/store';
import { openPatiently } from './open-patiently';

const POSTGRES: StoreLocation = { kind: 'postgresql', connectionUrl: 'postgres://tidelock:hunter2@db:5432/tidelock' };
const failure = (code: string, message = `connect ${code} 127.0.0.1:5432`) =>
  Object.assign(new Error(message), { code });

describe('opening the store', () => {
  const warn = jest.fn();
  const patience = { logger: { debug: jest.fn(), info: jest.fn(), warn, error: jest.fn() }, patienceMs: 5, pauseMs: 1 };
  beforeEach(() => warn.mockClear());

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03'])(
    'waits for a database that is away (%s), and says so once',
    async (code) => {
      let tries = 0;
      const open = async () => {
        tries += 1;
        if (tries < 3) throw failure(code);
        return 'open';
      };
      expect(await openPatiently(POSTGRES, open, patience)).toBe('open');
      expect(warn.mock.calls).toEqual([
        [
          expect.stringContaining('not there yet'),
          {
            storage: 'storage "postgresql" (db:5432/tidelock)',
            reason: `connect ${code} 127.0.0.1:5432`,
            seconds: 0.005,
          },
        ],
      ]);
    },
  );

  it('gives up after a while, naming the storage and never its password', async () => {
    const open = jest.fn(async () => Promise.reject(failure('ECONNREFUSED')));
    const error: Error = await openPatiently(POSTGRES, open, patience).then(
      () => new Error('opened'),
      (reason: Error) => reason,
    );
    expect(error.message).toBe(
      'storage "postgresql" (db:5432/tidelock) cannot be opened: connect ECONNREFUSED 127.0.0.1:5432',
    );
    expect(open).toHaveBeenCalledTimes(6);
    expect(JSON.stringify([error, warn.mock.calls])).not.toContain('hunter2');
  });

  it('does not wait for what will not change by waiting', async () => {
    const open = jest.fn(async () =>
      Promise.reject(failure('28P01', 'password authentication failed for user "tidelock"')),
    );
    await expect(openPatiently(POSTGRES, open, patience)).rejects.toThrow(
      'cannot be opened: password authentication failed',
    );
    await expect(
      openPatiently(
        { kind: 'sqlite', path: '/var/lib/x.db' },
        async () => Promise.reject(failure('EACCES', "EACCES: permission denied, mkdir '/var/lib'")),
        patience,
      ),
    ).rejects.toThrow('storage "sqlite" (/var/lib/x.db) cannot be opened: EACCES: permission denied');
    expect(open).toHaveBeenCalledTimes(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it('says what every address of a name answered', async () => {
    const all = Object.assign(
      new AggregateError([failure('ECONNREFUSED', 'connect ::1'), failure('ECONNREFUSED', 'connect 127.0.0.1')]),
      { code: 'ECONNREFUSED' },
    );
    await expect(
      openPatiently(POSTGRES, async () => Promise.reject(all), { ...patience, patienceMs: 0 }),
    ).rejects.toThrow('connect ::1; connect 127.0.0.1');
  });
});
