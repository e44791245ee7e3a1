import { Barrier } from '@tidelock/barrier';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import { StoreSession } from './store-session';

interface Inside {
  readonly database: { lock(): Promise<void> };
  readonly tenure: { lose(error: unknown): void };
}

describe('the right to write to the storage', () => {
  let runtime: TestRuntime;
  let store: ClusterStore;
  const inside = (): Inside => store as unknown as Inside;
  const acquisition = () => runtime.root.tasks().find(({ path }) => path === 'node/session/acquire');

  beforeEach(async () => {
    runtime = new TestRuntime(0);
    store = await openStore({ kind: 'inmem' }, new Barrier(), { logger: silentLogger });
  });
  afterEach(async () => {
    await runtime.root.end();
    await store.close();
  });

  it('is acquired again at once where it was lost, and each half second until it is had', async () => {
    await runtime.root.begin(new StoreSession(store));
    await runtime.advance(0);
    const lock = jest.spyOn(inside().database, 'lock');
    for (const code of ['STORAGE_UNAVAILABLE', 'FENCED'] as const) lock.mockRejectedValueOnce(new TidelockError(code));
    inside().tenure.lose(new Error('the session is gone'));
    await runtime.advance(0);
    expect(store.tenure.refusal()).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(acquisition()).toMatchObject({ failures: 1, nextInMs: 500 });
    await runtime.advance(500);
    expect(store.tenure.refusal()).toMatchObject({ code: 'FENCED' });
    await runtime.advance(499);
    expect(lock).toHaveBeenCalledTimes(2);
    await runtime.advance(1);
    await store.tenure.held();
    expect(store.tenure.refusal()).toBeUndefined();
    await runtime.advance(60_000);
    expect(lock).toHaveBeenCalledTimes(3);
    expect(acquisition()).toMatchObject({ failures: 2, lastError: undefined });
  });

  it('is acquired again where it was lost before anybody listened', async () => {
    inside().tenure.lose(new Error('the session is gone'));
    await runtime.root.begin(new StoreSession(store));
    await runtime.advance(0);
    expect(store.tenure.refusal()).toBeUndefined();
  });

  it.each([
    ['postgresql', 6],
    ['sqlite', 0],
  ])(
    'is asked for a sign of life each second where another could take it away: on %s %i times in five',
    async (storageType, times) => {
      const check = jest.spyOn(store.tenure, 'check');
      await runtime.root.begin(new StoreSession({ tenure: store.tenure, storageType }));
      await runtime.advance(5000);
      expect(check).toHaveBeenCalledTimes(times);
    },
  );
});
