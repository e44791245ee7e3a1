import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type {
  Caller,
  EngineContext,
  EngineLifecycle,
  EngineRequest,
  EngineResponse,
  LeasedSecret,
  StorageView,
} from '@tidelock/engine-api';
import { mountView } from '@tidelock/engine-testing';
import { ExpirySweep, LeaseManager, LeaseRevoker, PrimaryRevocation } from '@tidelock/core/leases';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { RequestPipeline } from '@tidelock/core/pipeline';
import { systemTimers } from '@tidelock/core/runtime';
import type { LeasedEngine, LeasedEngines } from '@tidelock/core/mounts';
import { TokenStore } from '@tidelock/core/tokens';
import { type Clock, silentLogger } from '@tidelock/kernel';
import type { TestSet } from '@tidelock/replication/testing';
import type { Store, UnitOfWork } from '@tidelock/store';
import { LostAnswers, Replica } from '.';

export const NOW = 1_700_000_000_000;
export const HERE = { remoteAddress: '127.0.0.1', remotePort: 4000 };
export const MOUNT = mountView('accounts', { path: 'accounts/', defaultLeaseTtlSeconds: 60, maxLeaseTtlSeconds: 600 });
const GRANT = { ttlSeconds: 0, maxTtlSeconds: 0, renewable: true };

/** Accounts: `token` is made without a record and revoked with a local one, `create` has a replicated one for as long as it is leased. */
class Accounts implements EngineLifecycle {
  readonly asked: string[] = [];
  failure: Error | undefined;
  onCreate: () => Promise<void> = async () => undefined;

  async token(): Promise<EngineResponse> {
    return { data: { user: 'signed' }, lease: { ...GRANT, internal: { signed: true } } };
  }

  async create({ raw }: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    const user = String(raw['user']);
    await this.onCreate();
    await storage.put(`users/${user}`, Buffer.from('{}'));
    return { data: { user }, lease: { ...GRANT, internal: { user } } };
  }

  async revokeLease({ internal }: LeasedSecret, { storage }: EngineContext): Promise<void> {
    this.asked.push(String(internal['user'] ?? 'signed'));
    if (this.failure) throw this.failure;
    if (internal['signed']) return storage.put('here/revoked', Buffer.from('1'));
    const key = `users/${String(internal['user'])}`;
    if ((await storage.get(key)) !== undefined) await storage.delete(key);
  }
}

const open: LeasedEngine['open'] = { use: (work) => work(undefined) };

export const keyOf = (user: string): string => `entry/m/users/${user}`;

/** Keys below `here/` stay on their cluster. */
function storageIn({ replicated, local }: UnitOfWork): StorageView {
  return {
    get: (key) => replicated.get(`entry/m/${key}`),
    put: async (key, value) =>
      key.startsWith('here/')
        ? local.put('record', { key: `entry/m/${key}`, value })
        : replicated.put(`entry/m/${key}`, value),
    delete: async (key) => replicated.delete(`entry/m/${key}`),
    list: async () => [],
    // Nothing is listed here.
    async *page() {},
  };
}

export type Cluster = ReturnType<typeof clusterOf>;

const outsideOf = (store: Store, clock: Clock): OutsideRoom =>
  new OutsideRoom({
    store,
    attempts: new Attempts(store),
    mountOf: () => undefined,
    timers: systemTimers,
    clock,
    logger: silentLogger,
  });

/** The rooms of a cluster as far as leases need them, over its own store and its place in the set. */
export function clusterOf({ store, node }: TestSet['a']) {
  const barrier = new Barrier();
  const rootKey = randomBytes(32);
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
  const engine = new Accounts();
  const mount = { ...MOUNT };
  const place: Omit<LeasedEngine, 'storage'> = { instance: engine, mount, open, level: 'data' };
  const mountedIn = (unit: UnitOfWork): LeasedEngine => ({ ...place, storage: storageIn(unit) });
  const engines: LeasedEngines = {
    caughtUp: () => undefined,
    engineOf: (unit, path) => (path.startsWith(mount.path) ? mountedIn(unit) : undefined),
    mountWith: (unit, accessor) => (accessor === mount.accessor ? mountedIn(unit) : undefined),
  };
  const clock = { now: () => NOW };
  const settings = { waitMilliseconds: 5000, allowForwardingViaHeader: false, clusterId: () => 'own' };
  const tokens = new TokenStore(store, barrier, () => []);
  const outside = outsideOf(store, clock);
  const { intents } = outside;
  const primary = new PrimaryRevocation(node, store, settings);
  const shared = { store, engines, outside, logger: silentLogger };
  const revoker = new LeaseRevoker({ ...shared, primary, isBeingSynced: async () => false });
  const sweep = new ExpirySweep(store, tokens, revoker, clock, silentLogger);
  const leases = new LeaseManager({ store, tokens, engines, revoker, sweep, intents, logger: silentLogger });
  const lostAnswers = new LostAnswers({ node, leases, clock, logger: silentLogger });
  const pipeline = new RequestPipeline(
    {
      clock,
      store,
      attempts: outside.attempts,
      availability: { refusal: () => undefined },
      mounts: {
        caughtUp: () => undefined,
        resolve: (path, operation) => ({
          mount,
          engineOptions: { kind: 'secret', type: 'accounts', help: '' },
          declaration: { operations: [operation], pattern: ':name', method: path.slice(MOUNT.path.length), help: '' },
          instance: engine,
          params: {},
          relative: path.slice(MOUNT.path.length),
        }),
        resolveWhileSealed: () => undefined,
        storageOf: (unit) => storageIn(unit),
        requireMounted: async () => undefined,
        checkBody: (_, raw) => ({ body: raw, warnings: [] }),
        help: () => ({}),
      },
      tokens,
      identity: { subjectOf: async (subject) => subject, entityOf: async () => undefined },
      policies: { aclOf: async () => ({ allows: () => true }) },
      leases,
      wrapping: { wrap: () => Promise.reject(new Error('nobody asks for it')) },
      audit: { hasDevices: false, request: async () => undefined, response: async () => undefined },
      replica: new Replica(node, store, barrier, settings, lostAnswers),
    },
    silentLogger,
  );
  return { store, node, engine, mount, place, tokens, revoker, sweep, leases, lostAnswers, pipeline, settings };
}

export async function callerOf({ store, tokens }: Cluster): Promise<Caller> {
  const unit = store.begin();
  const { clientToken } = await tokens.createRoot(unit, NOW);
  await unit.commit();
  return (await tokens.authenticate(clientToken, HERE, NOW))!;
}
