import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import {
  type AuthGrant,
  type Caller,
  type EngineContext,
  type EngineLifecycle,
  type LeasedSecret,
  type LeaseGrant,
  type MountView,
  type RenewContext,
} from '@tidelock/engine-api';
import { MemoryStorage, mountView } from '@tidelock/engine-testing';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { scopeOf } from '@tidelock/core/scope';
import { RunningPart, systemTimers } from '@tidelock/core/runtime';
import type { LeasedEngine, LeasedEngines } from '@tidelock/core/mounts';
import { TokenStore } from '@tidelock/core/tokens';
import { type Clock, silentLogger, TidelockError } from '@tidelock/kernel';
import { openStore, type Store, type UnitOfWork } from '@tidelock/store';
import { ExpirySweep } from './expiry-sweep';
import { LeaseManager } from './lease-manager';
import { LeaseRevoker } from './lease-revoker';
import { UnmountedLeases } from './unmounted-leases';

export const NOW = 1_700_000_000_000;
export const HERE = { remoteAddress: '127.0.0.1', remotePort: 4000 };
export const database = mountView('database', { defaultLeaseTtlSeconds: 3600, maxLeaseTtlSeconds: 7200 });
const userpass = mountView('userpass', {
  path: 'auth/userpass/',
  defaultLeaseTtlSeconds: 36_000,
  maxLeaseTtlSeconds: 72_000,
});
export const grant: LeaseGrant = { ttlSeconds: 0, maxTtlSeconds: 0, renewable: true, internal: { username: 'v-1' } };
const login: AuthGrant = { displayName: 'tester', policies: [], metadata: null, ttlSeconds: 0, renewable: true };
export const PATH = 'database/creds/app';

const open: LeasedEngine['open'] = { use: (work) => work(undefined) };

/** Database engine: notes what it undid; refuses the users it was told to. */
class Database implements EngineLifecycle {
  readonly undone: unknown[] = [];
  /** What it was handed besides the secret, call by call. */
  readonly asked: EngineContext[] = [];
  broken = false;
  /** Users that it refuses to undo. */
  readonly stubborn = new Set<string>();
  /** Below which paths what is left outside was given up. */
  readonly givenUp: string[] = [];

  /** How often it was asked for what it could not undo while its mount was gone. */
  retried = 0;

  retryMounted(): void {
    this.retried += 1;
  }

  async giveUp(folder: string): Promise<void> {
    this.givenUp.push(folder);
  }

  async renewLease({ internal }: LeasedSecret, at: RenewContext): Promise<LeaseGrant> {
    this.asked.push(at);
    return { ...grant, ttlSeconds: at.incrementSeconds, internal };
  }

  async revokeLease({ internal }: LeasedSecret, at: EngineContext): Promise<void> {
    this.asked.push(at);
    if (this.broken || this.stubborn.has(String(internal['username']))) throw new Error('connection refused');
    this.undone.push(internal['username']);
  }
}

export type Leasing = Awaited<ReturnType<typeof leasing>>;

/** @param mounts with their engines; the spec moves and removes them. */
function enginesIn(mounts: Map<MountView, EngineLifecycle>): LeasedEngines {
  const storage = new MemoryStorage();
  const first = (is: (mount: MountView) => boolean) =>
    [...mounts]
      .filter(([mount]) => is(mount))
      .map(([mount, instance]) => ({ instance, mount, open, level: 'data' as const, storage }))[0];
  return {
    caughtUp: () => undefined,
    engineOf: (_unit, path) => first((mount) => path.startsWith(mount.path)),
    mountWith: (_unit, accessor) => first((mount) => mount.accessor === accessor),
  };
}

const outsideWith = (store: Store, clock: Clock): OutsideRoom =>
  new OutsideRoom({
    store,
    attempts: new Attempts(store),
    mountOf: () => undefined,
    timers: systemTimers,
    clock,
    logger: silentLogger,
  });

/** The rooms that leases take, over a store of their own. */
async function roomsOn(clock: Clock) {
  const rootKey = randomBytes(32);
  const barrier = new Barrier();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
  const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  const tokens = new TokenStore(store, barrier, () => []);
  const engine = new Database();
  const log: unknown[][] = [];
  const note = (...line: unknown[]): void => void log.push(line);
  const logger = { ...silentLogger, error: note, warn: note, info: note };
  const settings = { isComplete: true, isBeingSynced: false };
  const isBeingSynced = async (): Promise<boolean> => settings.isBeingSynced;
  const primary = { undo: async (): Promise<boolean> => Promise.reject(new TidelockError('PRIMARY_UNREACHABLE')) };
  const mounts = new Map<MountView, EngineLifecycle>([
    [database, engine],
    [userpass, {}],
  ]);
  const shared = { store, engines: enginesIn(mounts), clock, logger };
  const revoker = new LeaseRevoker({ ...shared, outside: outsideWith(store, clock), primary, isBeingSynced });
  const sweep = new ExpirySweep(store, tokens, revoker, clock, silentLogger);
  const leases = new LeaseManager({ ...shared, tokens, revoker, sweep, intents: engine });
  const isComplete = (): boolean => settings.isComplete;
  const unmounted = new UnmountedLeases({ ...shared, tokens: leases, isComplete, intents: engine });
  return { store, tokens, leases, sweep, engine, mounts, unmounted, settings, log };
}

/** Leases of a database, on a clock that the spec moves. */
export async function leasing() {
  let now = NOW;
  const clock = { now: () => now };
  const rooms = await roomsOn(clock);
  const { store, tokens, leases } = rooms;
  const runtime = RunningPart.root('node', { timers: systemTimers, clock, logger: silentLogger });
  const committed = <T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> => store.transact(work);

  async function loggedIn(more: Partial<AuthGrant> = {}, parentId?: string): Promise<Caller> {
    const place = {
      path: 'auth/userpass/login/tester',
      mount: userpass,
      now: NOW,
      ...(parentId !== undefined && { parentId }),
    };
    const { auth } = await committed((unit) => tokens.create(unit, { ...login, ...more }, place));
    return (await tokens.authenticate(auth.client_token, HERE, NOW))!;
  }

  const lease = (caller: Caller, more: Partial<LeaseGrant> = {}, path = PATH, mount: MountView = database) =>
    committed((unit) => leases.register(unit, caller, { path, mount, now: NOW }, { ...grant, ...more }));

  const lookup = (leaseId: string, at = NOW) => leases.lookup(scopeOf(store.begin()), leaseId, at);
  const renew = (leaseId: string, increment: number, at = NOW) =>
    committed((unit) =>
      leases.renew({ scope: scopeOf(unit), now: at, connection: HERE }, { leaseId, incrementSeconds: increment }),
    );
  const list = (prefix: string) => leases.list(scopeOf(store.begin()), prefix);
  const close = async (): Promise<void> => {
    await runtime.end();
    await store.close();
  };
  const setClock = (to: number): void => void (now = to);
  return { ...rooms, runtime, setClock, committed, loggedIn, lease, lookup, renew, list, close };
}
