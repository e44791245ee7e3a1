import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { LeasedSecret } from '@tidelock/engine-api';
import { MemoryStorage, mountView } from '@tidelock/engine-testing';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { TokenStore } from '@tidelock/core/tokens';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, NEVER_DUE, openStore, type Store, type UnitOfWork } from '@tidelock/store';
import { ExpirySweep } from './expiry-sweep';
import { type LeaseEntry, leaseRow } from './lease-entry';
import { LeaseRevoker } from './lease-revoker';

const NOW = 1_700_000_000_000;
const SECOND = 1000;
const mount = mountView('userpass', { path: 'auth/userpass/' });
const place = { path: 'auth/userpass/login/u', mount, now: NOW };
const PATH = 'database/creds/app';

/** The database does it, behind the service's back. */
async function edit(store: ClusterStore, sql: string): Promise<void> {
  const { database } = store as unknown as {
    database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
  };
  await database.write({ sql: `${sql} RETURNING 1`, parameters: [] });
}

describe('ExpirySweep', () => {
  let store: ClusterStore;
  let tokens: TokenStore;
  let sweep: ExpirySweep;
  let runtime: TestRuntime;
  let outside: OutsideRoom;
  let undone: unknown[];
  let errors: unknown[][];
  /** Tokens that cannot be ended, and how often it was tried. */
  let stubborn: Map<string, number>;
  let full: boolean;
  let commits: number;

  beforeEach(async () => {
    runtime = new TestRuntime(NOW + 15 * SECOND);
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    [undone, errors, stubborn, full, commits] = [[], [], new Map(), false, 0];
    const logger = { ...silentLogger, error: (...call: unknown[]) => void errors.push(call) };
    const ownedBy = (id: string): string[] => {
      const tries = stubborn.get(id);
      if (tries === undefined) return [];
      stubborn.set(id, tries + 1);
      throw new Error('a fault of this one');
    };
    tokens = new TokenStore(store, barrier, ownedBy);
    const engine = { revokeLease: async ({ internal }: LeasedSecret) => void undone.push(internal['username']) };
    const found = () => ({
      instance: engine,
      mount,
      open: { use: <T>(work: (state: unknown) => Promise<T>) => work(undefined) },
      level: 'data' as const,
      storage: new MemoryStorage(),
    });
    const engines = { caughtUp: () => undefined, engineOf: found, mountWith: found };
    const primary = { undo: () => Promise.reject(new TidelockError('PRIMARY_UNREACHABLE')) };
    const watched: Pick<Store, 'local' | 'onCommit' | 'position' | 'transact'> = {
      local: store.local,
      position: () => store.position(),
      onCommit: (listener) => store.onCommit(listener),
      transact: (work, options) =>
        store.transact((unit) => {
          const commit = unit.commit.bind(unit);
          unit.commit = () => {
            commits += 1;
            return full ? Promise.reject(new TidelockError('STORAGE_FULL')) : commit();
          };
          return work(unit);
        }, options),
    };
    outside = new OutsideRoom({
      store: watched,
      attempts: new Attempts(watched),
      mountOf: () => undefined,
      timers: runtime,
      clock: runtime.clock,
      logger,
    });
    const revoker = new LeaseRevoker({
      store: watched,
      engines,
      outside,
      primary,
      isBeingSynced: async () => false,
      logger,
    });
    sweep = new ExpirySweep(watched, tokens, revoker, runtime.clock, logger);
  });

  afterEach(async () => {
    await runtime.root.end();
    await store.close();
  });

  const committed = async <T>(work: (unit: UnitOfWork) => Promise<T> | T): Promise<T> => {
    const unit = store.begin();
    const result = await work(unit);
    await unit.commit();
    return result;
  };
  const token = async (ttlSeconds: number, parentId?: string): Promise<string> => {
    const grant = { displayName: 'u', policies: [], metadata: null, ttlSeconds, renewable: true };
    const { auth } = await committed((unit) =>
      tokens.create(unit, grant, { ...place, ...(parentId !== undefined && { parentId }) }),
    );
    const [row] = await store.local.heads('token', { column: 'accessor', equals: auth.accessor });
    return row!.id;
  };
  const lease = (name: string, seconds: number, more: Partial<LeaseEntry> = {}) =>
    committed(({ local }) =>
      local.put(
        'lease',
        leaseRow({
          id: `${PATH}/${name}`,
          token: '',
          mount: mount.accessor,
          expiresAt: NOW + seconds * SECOND,
          issuedAt: NOW,
          lastRenewal: 0,
          ttlSeconds: seconds,
          renewable: true,
          notAfter: 0,
          internal: { username: name },
          failures: 0,
          endedAt: 0,
          lastError: '',
          ...more,
        }),
      ),
    );
  const left = async () => (await store.local.heads('token', { column: 'id', prefix: '' })).map(({ id }) => id);

  it('ends damaged tokens and their children by their key columns, and everything else beside them', async () => {
    const [damaged, healthy, longer] = [await token(10), await token(20), await token(90)];
    const child = await token(600, damaged);
    await token(600, child);
    for (const [name, seconds] of [
      ['a', 10],
      ['b', 10],
      ['c', 90],
    ] as const)
      await lease(name, seconds);
    await edit(store, `UPDATE token SET value = x'00' WHERE id IN ('${damaged}', '${child}')`);
    await edit(store, `UPDATE lease SET value = x'00' WHERE id = '${PATH}/a'`);
    for (let round = 0; round < 3; round++) await sweep.sweep(NOW + 30 * SECOND + round);
    expect(await left()).toEqual([longer]);
    expect(await left()).not.toContain(healthy);
    expect(undone).toEqual(['b']);
    expect(await store.local.heads('lease', { column: 'expires_at', equals: NEVER_DUE })).toHaveLength(1);
    expect(errors).toEqual([
      ['a stored token was changed outside the service; it has been ended by its key columns', { token: damaged }],
      [
        'a lease could not be revoked and is irrevocable now',
        {
          lease: `${PATH}/a`,
          failures: 2,
          reason:
            'the stored lease is damaged: undo its secret by hand, then drop the lease with sys/leases/revoke-force',
        },
      ],
    ]);
  });

  it('does not undo a damaged lease later, but drops it by force', async () => {
    await lease('a', 10);
    await edit(store, `UPDATE lease SET token = 'other' WHERE id = '${PATH}/a'`);
    await sweep.sweep(NOW + 10 * SECOND);
    const revoker = (sweep as unknown as { revoker: LeaseRevoker }).revoker;
    expect(await revoker.revoke(`${PATH}/a`, { now: NOW + 20 * SECOND })).toContain('damaged');
    expect(undone).toEqual([]);
    expect(await revoker.revoke(`${PATH}/a`, { now: NOW + 20 * SECOND }, true)).toBeUndefined();
    expect(await store.local.count('lease')).toBe(0);
  });

  it('ends with its part, and leaves the rest of what is due for the next time', async () => {
    for (let made = 0; made < 150; made += 1) await token(20);
    const ended = new AbortController();
    const sweeping = sweep.sweep(NOW + 30 * SECOND, ended.signal);
    while (commits < 10) await new Promise(setImmediate);
    ended.abort();
    await sweeping;
    const rest = (await left()).length;
    expect(rest).toBeGreaterThan(100);
    await sweep.sweep(NOW + 30 * SECOND);
    expect(await left()).toEqual([]);
  });

  it('tries a token that cannot be ended again and again, further and further apart, and holds up no other', async () => {
    const id = await token(10);
    const others = await Promise.all(Array.from({ length: 150 }, () => token(20)));
    stubborn.set(id, 0);
    let now = NOW + 20 * SECOND;
    await sweep.sweep(now);
    expect(await left()).toEqual([id]);
    expect(others).toHaveLength(150);
    for (const [at, pause] of [10, 20, 40].entries()) {
      await sweep.sweep(now + pause * SECOND - 1);
      expect(stubborn.get(id)).toBe(at + 1);
      await sweep.sweep((now += pause * SECOND));
      expect(stubborn.get(id)).toBe(at + 2);
    }
    stubborn.delete(id);
    await sweep.sweep(now + 80 * SECOND);
    expect(await left()).toEqual([]);
  });

  it('stops at once where the store takes no writes, and goes on where it was', async () => {
    for (let i = 0; i < 40; i++) await token(10);
    full = true;
    await expect(sweep.sweep(NOW + 10 * SECOND)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(commits).toBeLessThanOrEqual(8);
    full = false;
    await sweep.sweep(NOW + 20 * SECOND);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['a token that cannot be ended', false],
    ['a store without room', true],
  ])('makes no hot loop of %s', async (_what, isFull) => {
    const id = await token(10);
    if (isFull) full = true;
    else stubborn.set(id, 0);
    const tries = (): number => (isFull ? commits : (stubborn.get(id) as number));
    await runtime.root.begin(sweep);
    const seen: number[] = [];
    for (const pause of [0, 1, 9_990, 9_000]) {
      await runtime.advance(pause);
      sweep.wake();
      await runtime.advance(1);
      seen.push(tries());
    }
    expect(seen).toEqual([1, 1, 1, 2]);
  });
});
