import type { ReplicationService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { ReplicationStatusPaths } from './replication-status.paths';

describe('the history of lag', () => {
  const asked: unknown[] = [];
  const history = (since: unknown) => {
    asked.push(since);
    return { interval_ms: 1000, series: {} };
  };
  const paths = new ReplicationStatusPaths({ history } as unknown as ReplicationService);
  const read = (raw: Record<string, unknown>) => paths.history(engineRequest({ raw }));
  beforeEach(() => asked.splice(0));

  it.each([
    [{}, undefined],
    [{ since: '' }, undefined],
    [{ since: '2025-01-01T12:00:00.250000000Z' }, Date.UTC(2025, 0, 1, 12, 0, 0, 250)],
    [{ since: '2025-01-01T13:00:00+01:00' }, Date.UTC(2025, 0, 1, 12)],
  ])('is asked for by %j', async (raw, since) => {
    expect(await read(raw)).toEqual({ data: { interval_ms: 1000, series: {} } });
    expect(asked).toEqual([since]);
  });

  it.each([5, true, ['2025-01-01T12:00:00Z'], 'soon', '2025-01-01', '2025-13-01T12:00:00Z', '1735732800000'])(
    'is not to be had since %j',
    async (since) => {
      await expect(read({ since })).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('since must be a time') as string,
      });
      expect(asked).toEqual([]);
    },
  );
});
