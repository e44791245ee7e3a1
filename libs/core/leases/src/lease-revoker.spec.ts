import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { EngineLifecycle } from '@tidelock/engine-api';
import { MemoryStorage, mountView } from '@tidelock/engine-testing';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { unitOf } from '@tidelock/core/scope';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, openStore, type Store } from '@tidelock/store';
import { leaseRow, readLease } from './lease-entry';
import { LeaseRevoker } from './lease-revoker';

const NOW = 1_700_000_000_000;
const LEASE = 'database/creds/app/1';

describe('Revoking a lease', () => {
  let store: ClusterStore;
  let runtime: TestRuntime;
  let outside: OutsideRoom;
  let engine: EngineLifecycle;
  let revoker: LeaseRevoker;

  const commit = async (fill: (unit: ReturnType<Store['begin']>) => void): Promise<void> => {
    const unit = store.begin();
    fill(unit);
    await unit.commit();
  };

  beforeEach(async () => {
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    runtime = new TestRuntime(NOW);
    outside = new OutsideRoom({
      store,
      attempts: new Attempts(store),
      mountOf: () => undefined,
      timers: runtime,
      clock: runtime.clock,
      logger: silentLogger,
    });
    const mount = mountView('database');
    const storage = new MemoryStorage();
    const open = { use: <T>(work: (state: unknown) => Promise<T>) => work(undefined) };
    const found = () => ({ instance: engine, mount, open, level: 'data' as const, storage });
    const engines = { caughtUp: () => undefined, engineOf: found, mountWith: found };
    revoker = new LeaseRevoker({
      store,
      engines,
      outside,
      isBeingSynced: async () => false,
      primary: { undo: () => Promise.reject(new Error('nothing is replicated here')) },
      logger: silentLogger,
    });
    const times = { issuedAt: NOW, lastRenewal: 0, ttlSeconds: 60, notAfter: 0, expiresAt: NOW + 60_000, endedAt: 0 };
    await commit(({ local }) =>
      local.put(
        'lease',
        leaseRow({
          id: LEASE,
          token: 't',
          mount: mount.accessor,
          ...times,
          renewable: true,
          internal: {},
          failures: 0,
          lastError: '',
        }),
      ),
    );
  });

  afterEach(() => store.close());

  it('asks outside with no unit of work open, once, and commits whatever others commit meanwhile', async () => {
    const seen: (string | undefined)[] = [];
    let asked = 0;
    engine = {
      revokeLease: async (_secret, { scope }) => {
        const { replicated } = unitOf(scope);
        seen.push((await replicated.get('entry/config'))?.toString());
        await outside.ask({ scope }, 'drop', async () => {
          asked += 1;
          await commit((unit) => unit.replicated.put('entry/config', Buffer.from('changed')));
        });
        replicated.put('entry/dropped', Buffer.from('x'));
      },
    };
    expect(await revoker.revoke(LEASE, { now: NOW })).toBeUndefined();
    expect([asked, seen]).toEqual([1, [undefined, 'changed']]);
    expect(await store.local.row('lease', LEASE)).toBeUndefined();
    expect(await store.replicated.keys('entry/')).toEqual(['entry/config', 'entry/dropped']);
  });

  it('waits for the key of a record that the primary has written under a newer one: that is no failure of the engine', async () => {
    engine = { revokeLease: () => Promise.reject(new TidelockError('UNKNOWN_TERM')) };
    expect(await revoker.revoke(LEASE, { now: NOW })).toEqual(expect.any(String));
    const failures = async () => (await readLease(store.local, LEASE))?.failures;
    expect(await failures()).toBe(0);
    engine = { revokeLease: () => Promise.reject(new Error('away')) };
    await revoker.revoke(LEASE, { now: NOW });
    expect(await failures()).toBe(1);
    engine = {};
    expect(await revoker.revoke(LEASE, { now: NOW })).toBeUndefined();
    expect(await store.local.row('lease', LEASE)).toBeUndefined();
  });

  it('waits 30 seconds for an engine, and then goes on', async () => {
    engine = { revokeLease: () => new Promise(() => undefined) };
    const revoking = revoker.revoke(LEASE, { now: NOW });
    await runtime.advance(30_000);
    expect(await revoking).toContain('database/creds/app: "revoke a lease" was not answered within 30s');
    expect(await store.local.row('lease', LEASE)).toMatchObject({ expires_at: NOW + 10_000 });
  });

  it('commits nothing and begins nothing anew behind these 30 seconds: whoever asked was told that it failed', async () => {
    let [runs, goOn] = [0, (): void => undefined];
    engine = {
      revokeLease: async (_secret, { scope }) => {
        runs += 1;
        unitOf(scope).replicated.put('entry/dropped', Buffer.from('x'));
        await new Promise<void>((resolve) => (goOn = resolve));
      },
    };
    const late = async (revoking: Promise<unknown>): Promise<void> => {
      const outcome = revoking.catch((error: Error) => error.message);
      await runtime.advance(30_000);
      expect(await outcome).toContain('was not answered within 30s');
      goOn();
      await new Promise(setImmediate);
      await commit(({ local }) => local.put('record', { key: 'behind', value: Buffer.from('') }));
    };
    await late(revoker.revoke(LEASE, { now: NOW }));
    const secret = { leaseId: LEASE, issuedAt: NOW, internal: {} };
    await late(revoker.revokeFor({ secondaryId: 'b', level: 'all', hidden: [] }, secret, NOW));
    expect([runs, await store.replicated.keys('entry/')]).toEqual([2, []]);
    expect(await store.local.row('lease', LEASE)).toMatchObject({ expires_at: NOW + 10_000 });
  });
});
