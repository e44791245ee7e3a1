import { type CommittedChange, NEVER_DUE } from '@tidelock/store';
import { database, grant, leasing, type Leasing, NOW, PATH } from './lease-manager.testing';

describe('LeaseManager', () => {
  let { store, tokens, leases, sweep, runtime, engine, loggedIn, committed, lease, setClock, close } = {} as Leasing;
  beforeEach(async () => {
    ({ store, tokens, leases, sweep, runtime, engine, loggedIn, committed, lease, setClock, close } = await leasing());
  });
  afterEach(() => close());

  describe('the sweep', () => {
    it('ends tokens with their children and leases when their time has come, and nothing before', async () => {
      const parent = await loggedIn({ ttlSeconds: 60 });
      await loggedIn({ ttlSeconds: 600 }, parent.tokenId);
      await lease(parent);
      await sweep.sweep(NOW + 59_999);
      expect([await store.local.count('token'), engine.undone]).toEqual([2, []]);
      await sweep.sweep(NOW + 60_000);
      expect([await store.local.count('token'), await store.local.count('lease'), engine.undone]).toEqual([
        0,
        0,
        ['v-1'],
      ]);
    });

    it('goes through more than a page', async () => {
      const caller = await loggedIn();
      await committed(async (unit) => {
        for (let i = 0; i < 250; i++) {
          await leases.register(
            unit,
            caller,
            { path: PATH, mount: database, now: NOW },
            { ...grant, ttlSeconds: 10, internal: { username: i } },
          );
        }
      });
      await sweep.sweep(NOW + 10_000);
      expect(new Set(engine.undone).size).toBe(250);
      expect(await store.local.count('lease')).toBe(0);
    });

    it('ends the others when one fails', async () => {
      const caller = await loggedIn();
      engine.stubborn.add('v-2');
      await lease(caller, { ttlSeconds: 10, internal: { username: 'v-2' } });
      await lease(caller, { ttlSeconds: 10 });
      await sweep.sweep(NOW + 10_000);
      expect(engine.undone).toEqual(['v-1']);
      expect(await store.local.count('lease')).toBe(1);
    });

    it('runs by itself: what is revoked by one commit is undone after it', async () => {
      await runtime.begin(sweep);
      const caller = await loggedIn();
      await lease(caller);
      const undone = new Promise<void>((resolve) => {
        const committed = ({ localRows }: CommittedChange): void => {
          if (localRows.some(({ table }) => table === 'lease'))
            store.local.count('lease').then((left) => left === 0 && resolve());
        };
        store.onCommit({ committed, reloaded: () => undefined });
      });
      await committed((unit) => tokens.revokeTree(unit, caller.tokenId, NOW));
      await undone;
      expect(engine.undone).toEqual(['v-1']);
    });

    it('tries irrevocable leases again after a tidy', async () => {
      const { leaseId } = await lease(await loggedIn());
      engine.broken = true;
      for (let at = NOW; (await store.local.row('lease', leaseId))!.expires_at !== NEVER_DUE; at += 1e6)
        await leases.revoke({ now: at }, leaseId).catch(() => {});
      engine.broken = false;
      await runtime.begin(sweep);
      setClock(Date.now() + 1000);
      const gone = new Promise<void>((resolve) => {
        const committed = (): void => void store.local.count('lease').then((left) => left === 0 && resolve());
        store.onCommit({ committed, reloaded: () => undefined });
      });
      leases.tidy(NOW);
      await gone;
      expect(engine.undone).toEqual(['v-1']);
    });
  });
});
